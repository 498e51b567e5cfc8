"""Pages of an organisation without any repository: nothing there may read as if all were done."""

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Repository, Team

from . import rows

pytestmark = pytest.mark.django_db

EMPTY = {
    "/findings/": "there is nothing to find",
    "/weeks/": "there are no weeks to show",
    "/parameters/": "no parameter is known to be in the way",
}


@pytest.mark.parametrize(("path", "so"), EMPTY.items())
def test_a_list_says_that_no_repository_is_registered_and_leads_there(client: Client, path: str, so: str):
    client.force_login(rows.person("admin"))
    page = client.get(path, follow=True).content.decode()
    assert f"No repository is registered yet, so {so}." in page
    assert 'href="/repositories/register/"' in page
    assert "that is left." not in page
    assert "0 repositories" not in page


@pytest.mark.parametrize(("path", "so"), EMPTY.items())
def test_who_may_not_see_those_that_are_there_is_told_so(client: Client, path: str, so: str):
    secret = rows.team("Secret")
    Team.objects.filter(pk=secret.pk).update(restricted=True)
    rows.finding(rows.repository("hidden-name", team=secret))
    client.force_login(rows.person("viewer"))
    page = client.get(path, follow=True).content.decode()
    assert f"No repository that you may see is registered yet, so {so}." in page
    assert 'class="btn primary" href="/repositories/register/"' not in page


@pytest.mark.parametrize("role", ["admin", "viewer"])
@pytest.mark.parametrize(("path", "so"), EMPTY.items())
def test_where_all_are_archived_it_says_that_and_leads_to_them(client: Client, path: str, so: str, role: str):
    Repository.objects.filter(pk=rows.repository().pk).update(archived_at=timezone.now())
    client.force_login(rows.person(role))
    page = client.get(path, follow=True).content.decode()
    assert f"Every repository is archived, so {so}." in page
    assert 'href="/repositories/?status=archived"' in page
    assert ('class="btn primary" href="/repositories/register/"' in page) is (role == "admin")


def test_parameters_say_that_none_is_in_the_way_once_a_repository_is_there(client: Client):
    rows.repository()
    client.force_login(rows.person("admin"))
    assert "No parameter is in the way of a call that is left." in client.get("/parameters/").content.decode()
