import pytest
from django.test import Client

from audits.models import Repository, Scan, ScanTrigger, Team, User

from . import rows

pytestmark = pytest.mark.django_db
URL = "/repositories/register/"


def test_an_address_is_enough(signed_in: Client, admin: User):
    answer = signed_in.post(URL, {"url": "https://github.com/acme/catalog-search.git"})
    made = Repository.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.name, made.created_by, made.branch) == ("catalog-search", admin, "")
    assert Scan.objects.get().trigger == ScanTrigger.REGISTRATION


def test_name_team_and_branch_are_taken(signed_in: Client):
    team = rows.team()
    sent = {"url": "https://github.com/acme/x", "name": "Shop", "team": team.pk, "branch": "develop", "failures": "9"}
    signed_in.post(URL, sent)
    made = Repository.objects.get()
    assert (made.name, made.team, made.branch, made.failures) == ("Shop", team, "develop", 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", ""),
        ("url", "ext::sh -c id"),
        ("url", "file:///etc"),
        ("url", "http://169.254.169.254/x/y"),
        ("url", "--upload-pack=touch /tmp/x"),
        ("url", "x" * 600),
        ("branch", "--force"),
        ("name", "--help"),
        ("team", "999"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_nothing_is_stored(signed_in: Client, field: str, value: str):
    answer = signed_in.post(URL, {"url": "https://github.com/acme/x", field: value})
    page = answer.content.decode()
    assert answer.context["form"].errors.keys() == {field}
    assert "<b>Nothing was stored.</b> 1 field needs a change." in page
    assert f'id="id_{field}_error"' in page
    assert 'aria-invalid="true"' in page
    assert not Repository.objects.exists()
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    "spelling", ["https://github.com/Acme/Catalog-Search", "https://GitHub.com/acme/catalog-search.git/"]
)
def test_another_spelling_of_a_known_one_leads_to_it(signed_in: Client, spelling: str):
    known = rows.repository()
    page = signed_in.post(URL, {"url": spelling}).content.decode()
    assert "This is catalog-search, registered on" in page
    assert f'<a href="{known.get_absolute_url()}">Open it</a>' in page
    assert Repository.objects.count() == 1


def test_each_pasted_line_has_its_result(signed_in: Client):
    known = rows.repository()
    rows.team("Growth")
    lines = "https://github.com/acme/facet-api\n\nhttps://github.com/acme/catalog-search\n"
    lines += "http://10.0.4.7/search/legacy.git\nhttps://github.com/acme/banner-bot Growth\n"
    page = signed_in.post(f"{URL}?way=list", {"lines": lines}).content.decode()
    assert "2 of 4 lines registered." in page
    for text in ("facet-api", "banner-bot</a>, team Growth", "Refused", f'"{known.get_absolute_url()}"'):
        assert text in page, text
    assert Repository.objects.count() == 3
    assert Team.objects.get().name == "Growth"
    refused = page.partition("<textarea")[2].partition("</textarea>")[0].partition(">")[2]
    assert refused.split() == ["http://10.0.4.7/search/legacy.git"]


def test_a_pasted_line_is_named_by_its_real_number(signed_in: Client):
    lines = "# ours\n\nhttps://github.com/acme/facet-api\n  # theirs\nhttps://github.com/acme/banner-bot Grwoth\n"
    answer = signed_in.post(f"{URL}?way=list", {"lines": lines})
    assert [line.number for line in answer.context["results"]] == [3, 5]
    assert "1 of 2 lines registered." in answer.content.decode()
    said = "No team is called Grwoth. Add it on the Teams page, or leave it out."
    assert said in answer.content.decode()
    assert not Team.objects.exists()


@pytest.mark.parametrize("lines", ["", " \n \n", "# nothing else", "https://github.com/a/b\n" * 501])
def test_a_paste_of_nothing_or_too_much_is_said(signed_in: Client, lines: str):
    answer = signed_in.post(f"{URL}?way=list", {"lines": lines})
    assert answer.context["form"].errors.keys() == {"lines"}
    assert not Repository.objects.exists()


def test_markup_in_an_address_comes_back_as_text(signed_in: Client):
    for way, field in (("one", "url"), ("list", "lines")):
        assert "<img" not in signed_in.post(f"{URL}?way={way}", {field: rows.HOSTILE}).content.decode()
