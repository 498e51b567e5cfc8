from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from tests.progress.rows import finding, repository, team
from tests.web import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(client):
    me = rows.person("engineer", "ada")
    client.force_login(me)
    client.me = me
    return client


def lists(page):
    return {part.key: [row.path for row in part.rows] for part in page.context["parts"]}


def test_each_list_holds_what_waits_for_me(engineer):
    me, today, now = engineer.me, timezone.localdate(), timezone.now()
    me.teams.add(team("Search"))
    ours, other = repository("catalog-search", team_name="Search"), repository("invoices")
    finding(ours, path="mine.py", assignee=me)
    finding(ours, path="gone.py", presence="absent", assignee=me)
    finding(other, path="elsewhere.py", assignee=me, owners=" @acme/shop ")
    finding(other, path="named.py", owners=" @acme/search ")
    finding(other, path="me.py", owners=" @ada ")
    finding(ours, path="again.py", re_review=True, dismissal="dead_code")
    finding(ours, path="ends.py", disposition="waived", waived_until=today + timedelta(days=14))
    finding(ours, path="later.py", disposition="waived", waived_until=today + timedelta(days=15))
    finding(other, path="ended.py", disposition="waived", waived_until=today - timedelta(days=1))
    finding(ours, path="test_it.py", area="tests")
    finding(ours, path="read.py", kind="response_access")
    finding(ours, path="back.py", regressed=True, reopened_at=now + timedelta(seconds=1))
    finding(ours, path="seen.py", regressed=True, reopened_at=now - timedelta(days=3))
    page = engineer.get("/my-work/")
    assert {key: sorted(paths) for key, paths in lists(page).items()} == {
        "mine": ["elsewhere.py", "mine.py"],
        "team": ["again.py", "back.py", "me.py", "mine.py", "named.py"],
        "review": ["again.py"],
        "waivers": ["ends.py"],
        "ended": [],
        "regressed": ["back.py"],
        "unowned": ["again.py", "back.py", "ended.py", "mine.py", "seen.py"],
    }
    for part in page.context["parts"]:
        shown = engineer.get(part.href).context["page"].paginator.count
        assert shown == part.count or (part.key, shown, part.count) == ("regressed", 2, 1)


def test_what_is_given_to_me_waits_for_me_wherever_it_stands(engineer):
    me, other, now = engineer.me, repository("invoices"), timezone.now()
    me.teams.add(team("Search"))
    for mine in ({"assignee": me, "scope": "mine"}, {}):
        finding(other, re_review=True, dismissal="dead_code", **mine)
        for days in (-1, 1):
            finding(other, disposition="waived", waived_until=timezone.localdate() + timedelta(days=days), **mine)
        finding(other, regressed=True, reopened_at=now + timedelta(seconds=1), **mine)
    page = engineer.get("/my-work/")
    told = {part.key: [row.scope for row in part.rows] for part in page.context["parts"]}
    assert all(told[key] == ["mine"] for key in ("review", "waivers", "ended", "regressed")), told
    for part in page.context["parts"]:
        assert engineer.get(part.href).context["page"].paginator.count == part.count


def test_a_waiver_that_has_ended_is_told_of(engineer):
    yesterday = timezone.localdate() - timedelta(days=1)
    finding(repository(), path="ended.py", disposition="waived", waived_until=yesterday)
    page = engineer.get("/my-work/")
    assert lists(page)["ended"] == ["ended.py"]
    assert [part.count for part in page.context["parts"] if part.key == "ended"] == [1]
    assert engineer.get("/findings/?q=is:waiver-ended").context["page"].paginator.count == 1


def test_the_link_shows_all_of_a_list_that_is_cut(engineer):
    row = repository()
    for _ in range(7):
        finding(row, assignee=engineer.me)
    page = engineer.get("/my-work/")
    part = page.context["parts"][0]
    assert (part.count, len(part.rows)) == (7, 5)
    assert engineer.get(part.href).context["page"].paginator.count == 7
    assert "<span>My work</span><em>7</em>" in page.content.decode()


def test_what_regressed_is_new_until_it_was_seen(engineer):
    finding(repository(), path="back.py", regressed=True, reopened_at=timezone.now())
    assert lists(engineer.get("/my-work/"))["regressed"] == ["back.py"]
    assert lists(engineer.get("/my-work/"))["regressed"] == ["back.py"]
    engineer.post("/my-work/seen/")
    assert lists(engineer.get("/my-work/"))["regressed"] == []


def test_nothing_to_do_is_said(engineer):
    page = engineer.get("/my-work/").content.decode()
    assert "Nobody has given you a call." in page
    assert "No waiver ends soon." in page
    assert "Unowned: CODEOWNERS names nobody" in page


def test_codeowners_gives_work_and_no_right(engineer):
    hidden = repository("hidden", team_name="Secret")
    hidden.team.restricted = True
    hidden.team.save()
    finding(hidden, path="secret.py", owners=" @ada ")
    page = engineer.get("/my-work/")
    assert lists(page)["team"] == []
    assert "secret.py" not in page.content.decode()


def test_it_costs_the_same_queries_for_any_number(engineer, django_assert_num_queries, django_assert_max_num_queries):
    finding(repository(), assignee=engineer.me, parameters=[("preset", "unsupported")])
    with django_assert_max_num_queries(33) as first:
        engineer.get("/my-work/")
    for _ in range(8):
        finding(repository(), assignee=engineer.me, parameters=[("preset", "unsupported")])
    with django_assert_num_queries(len(first)):
        engineer.get("/my-work/")


def test_a_call_is_opened_within_its_list(engineer):
    row = repository()
    for path in ("a.py", "b.py"):
        finding(row, path=path, assignee=engineer.me)
    finding(row, path="other.py")
    page = engineer.get("/my-work/")
    first = page.context["parts"][0].rows[0]
    href = f"{first.get_absolute_url()}?{page.context['parts'][0].carried}"
    assert f'href="{escape(href)}"' in page.content.decode()
    opened = engineer.get(href)
    assert (opened.context["position"], opened.context["of"]) == (1, 2)
