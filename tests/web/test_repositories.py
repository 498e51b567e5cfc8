from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from audits.forms import RepositoryForm
from audits.models import HistoryRun, Repository, Scan, ScanState, Team

from . import rows

pytestmark = pytest.mark.django_db


def fill(count: int) -> None:
    for number in range(count):
        made = rows.repository(f"shop-{number:03}", team=rows.team(f"Team {number % 3}"))
        rows.scan(made)
        rows.finding(made)
        rows.unread(made)
        rows.dependency(made)


def names(client: Client, **chosen: str) -> list[str]:
    return [row.name for row in client.get("/repositories/", chosen).context["page"]]


def test_it_says_what_to_do_when_there_is_none(signed_in: Client):
    page = signed_in.get("/repositories/").content.decode()
    assert "No repository is registered yet" in page
    assert page.count("/repositories/register/") >= 1


@pytest.mark.parametrize("url", ["/repositories/", "/repositories/?sort=-left&q=shop", "/teams/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(signed_in: Client, url: str):
    fill(2)
    signed_in.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        signed_in.get(url)
    for number in range(2, 12):
        made = rows.repository(f"shop-{number:03}", team=rows.team("Team 0"))
        rows.scan(made)
        rows.finding(made)
        rows.dependency(made)
        rows.dependency(made, "ready")
    signed_in.get(url)
    with CaptureQueriesContext(connection) as many:
        signed_in.get(url)
    assert len(many) == len(few)


def test_the_dependency_that_a_migration_waits_for_stands_in_the_list(signed_in: Client):
    made = rows.repository("shop")
    rows.scan(made)
    rows.dependency(made, "ready", package="litellm", version="1.80")
    rows.dependency(made, "outdated")
    rows.scan(rows.repository("other"))

    page = signed_in.get("/repositories/").content.decode()
    assert "Too old for Chat" in page
    assert "<code>cohere</code> 4.57, 1 more" in page
    assert '<span class="mut">None</span>' in page


@pytest.mark.parametrize(
    ("chosen", "found"), [("outdated", ["b-old"]), ("ready", ["a-new", "b-old"]), ("none", ["c-none"]), ("open", [])]
)
def test_repositories_are_filtered_by_what_their_dependencies_mean(signed_in: Client, chosen: str, found: list[str]):
    new, old, _ = (rows.repository(name) for name in ("a-new", "b-old", "c-none"))
    rows.dependency(new, "ready")
    rows.dependency(old, "ready")
    rows.dependency(old, "outdated")
    rows.dependency(old, "outdated", line=4)

    assert names(signed_in, needs=chosen) == found


def test_the_page_says_what_each_dependency_means(signed_in: Client):
    made = rows.repository()
    rows.scan(made)
    rows.dependency(made, cell=2)

    page = signed_in.get(made.get_absolute_url()).content.decode()
    assert "A migration needs 5.8.0 or later." in page
    assert "cell 2, line 3" in page
    assert rows.HOSTILE not in page


def test_a_page_of_a_large_repository_takes_as_many_queries_as_a_small_one(signed_in: Client):
    made = rows.repository()
    rows.scan(made)
    rows.finding(made)
    url = made.get_absolute_url()
    signed_in.get(url)
    with CaptureQueriesContext(connection) as few:
        signed_in.get(url)
    for number in range(9):
        rows.finding(made, line=100 + number, end_line=100 + number)
        rows.scan(made)
        rows.unread(made, f"old{number}.py")
    signed_in.get(url)
    with CaptureQueriesContext(connection) as many:
        signed_in.get(url)
    assert len(many) == len(few)


def test_status_and_knowledge_stand_beside_each_other(signed_in: Client):
    now = timezone.now()
    half, stale, failed = rows.repository("half"), rows.repository("stale"), rows.repository("failed")
    rows.scan(half)
    rows.finding(half)
    rows.finding(half, "absent")
    rows.scan(stale, at=now - timedelta(days=30))
    rows.scan(failed, at=now - timedelta(days=2))
    rows.scan(failed, ScanState.FAILED)
    rows.finding(failed)
    rows.repository("new")
    shown = {row.name: (row.status, row.knowledge) for row in signed_in.get("/repositories/").context["page"]}
    assert shown == {
        "half": ("in_progress", "fresh"),
        "stale": ("never_used", "stale"),
        "failed": ("to_migrate", "failed"),
        "new": ("", "never_scanned"),
    }
    assert names(signed_in, status="in_progress") == ["half"]
    assert names(signed_in, known="failed") == ["failed"]


def test_every_page_says_one_thing_of_how_much_is_known(signed_in: Client):
    some, many, refused = rows.repository("some"), rows.repository("many"), rows.repository("refused")
    for row, unread in ((some, 5), (many, 6), (refused, 0)):
        made = rows.scan(row, ScanState.PARTIAL)
        Scan.objects.filter(pk=made.pk).update(files_total=100)
        for number in range(unread):
            rows.unread(row, f"old{number}.py")
    Repository.objects.filter(pk=refused.pk).update(check_state="failed", checked_at=timezone.now())
    assert names(signed_in, known="fresh") == ["some"]
    assert names(signed_in, known="unread") == ["many"]
    assert names(signed_in, known="failed") == ["refused"]
    counts = {row["key"]: row["count"] for row in signed_in.get("/").context["knowledge"]}
    assert (counts["fresh"], counts["unread"], counts["failed"]) == (1, 1, 1)
    said = {"some": "Fresh", "many": "Unread files", "refused": "Check failed"}
    for row in (some, many, refused):
        listed = signed_in.get("/repositories/", {"q": row.name}).content.decode()
        cell = listed.partition('data-l="Freshness">')[2].partition("</td>")[0]
        title = signed_in.get(row.get_absolute_url()).content.decode().partition("</h1>")[0]
        assert cell.count("badge") == 1
        assert said[row.name] in cell
        assert said[row.name] in title


def test_text_and_team_narrow_the_list(signed_in: Client):
    rows.repository("alpha", team=rows.team("Search"))
    rows.repository("beta", team=rows.team("Growth"))
    rows.repository("gamma")
    assert names(signed_in, q="ALPH") == ["alpha"]
    assert names(signed_in, q="acme/beta") == ["beta"]
    growth = Team.objects.get(slug="growth")
    assert {tuple(names(signed_in, team=word)) for word in ("growth", "Growth", growth.pk)} == {("beta",)}
    chosen = signed_in.get("/repositories/?team=Growth").content.decode()
    assert '<option value="growth" selected>' in chosen
    assert names(signed_in, team="null") == ["gamma"]
    assert "No repository matches" in signed_in.get("/repositories/?q=zzz").content.decode()


def test_running_scans_can_be_listed(signed_in: Client):
    rows.scan(rows.repository("alpha"), ScanState.SCANNING)
    rows.repository("beta")
    assert names(signed_in, scan="running") == ["alpha"]
    assert "1 scan under way" in signed_in.get("/repositories/").content.decode()


def test_it_sorts_by_what_is_left(signed_in: Client):
    few, many = rows.repository("few"), rows.repository("many")
    for number in range(3):
        rows.finding(many, line=number + 1)
    rows.finding(few)
    assert names(signed_in, sort="-left") == ["many", "few"]
    assert names(signed_in, sort="left") == ["few", "many"]


@pytest.mark.parametrize(
    "chosen", [{"q": "x" * 10_000}, {"q": "%" * 200}, {"page": "9" * 30}, {"sort": "password"}, {"team": "'--"}]
)
def test_an_odd_filter_is_harmless(signed_in: Client, chosen: dict[str, str]):
    rows.repository()
    assert signed_in.get("/repositories/", chosen).status_code == HTTPStatus.OK


def test_pages_follow_each_other_and_keep_the_filter(signed_in: Client):
    for number in range(51):
        rows.repository(f"shop-{number:03}")
    page = signed_in.get("/repositories/?q=shop&page=2")
    assert [row.name for row in page.context["page"]] == ["shop-050"]
    assert "q=shop&amp;page=1" in page.content.decode()


def test_the_page_tells_the_whole_story(signed_in: Client):
    made = rows.repository(team=rows.team())
    passed = {"files_passed_over": 7, "passed_over_in": {"web/node_modules/": 5, "app.min.js": 1}}
    rows.scan(made, ScanState.PARTIAL, files_total=987, files_unread=1, opened_now=2, remaining=2, **passed)
    rows.scan(made, ScanState.FAILED)
    rows.finding(made)
    rows.unread(made, names_api=True, lines=[12])
    page = signed_in.get(made.get_absolute_url()).content.decode().replace("<wbr>", "")
    for text in (
        "To migrate",
        "Last scan failed",
        "The host did not answer in 60 s.",
        "self.co.generate",
        "num_generations",
        "3fa92c1",
        "Python 2 print at line 12.",
        "Names Generate, line 12",
        "Next run",
        "2 found, 1 file unread",
        "7 files that a package manager or a build has written are passed over",
        '<code>web/node_modules/</code> <span class="num mut">5</span>',
        "Elsewhere 1 more",
        "q=repo%3Acatalog-search",
    ):
        assert text in page, text


def test_what_the_host_said_is_told(signed_in: Client):
    message = "There is no such repository. Check the address."
    made = rows.repository(check_state="failed", check_message=message, checked_at=timezone.now())
    page = signed_in.get(made.get_absolute_url()).content.decode()
    assert "Check failed" in page
    assert message in page


def test_an_old_answer_of_the_host_is_not_told_after_a_good_scan(signed_in: Client):
    made = rows.repository(check_state="failed", check_message="gone", checked_at=timezone.now() - timedelta(hours=1))
    rows.scan(made)
    assert "of its address failed" not in signed_in.get(made.get_absolute_url()).content.decode()


def test_only_an_https_address_becomes_a_link(signed_in: Client):
    made = rows.repository(url="javascript:alert(1)")
    assert "Open on host" not in signed_in.get(made.get_absolute_url()).content.decode()


def test_names_out_of_a_repository_stay_text(signed_in: Client):
    made = rows.repository(rows.HOSTILE[:50], check_state="failed", check_message=rows.HOSTILE)
    rows.scan(made, ScanState.PARTIAL, branch=rows.HOSTILE)
    rows.scan(made, ScanState.FAILED, error_message=rows.HOSTILE)
    rows.finding(made, path=rows.HOSTILE, callee=rows.HOSTILE)
    rows.unread(made, rows.HOSTILE, detail=rows.HOSTILE, names_api=True, lines=[1])
    for url in ("/repositories/", made.get_absolute_url(), f"{made.get_absolute_url()}edit/", "/teams/"):
        page = signed_in.get(url).content.decode()
        assert "<img" not in page
        assert "49" not in page.partition("onerror")[2][:60]


def test_editing_changes_what_a_form_may_and_nothing_else(signed_in: Client):
    made, growth = rows.repository(), rows.team("Growth")
    sent = {"name": "search", "team": growth.pk, "branch": "develop", "url": "https://evil.example/x", "failures": 9}
    answer = signed_in.post(f"{made.get_absolute_url()}edit/", sent)
    assert answer.url == made.get_absolute_url()
    stored = Repository.objects.get()
    assert (stored.name, stored.team, stored.branch) == ("search", growth, "develop")
    assert (stored.url, stored.failures) == (made.url, 0)


def test_editing_leaves_alone_what_a_scan_writes_meanwhile():
    made = rows.repository()
    sent = {"name": "search", "team": "", "branch": ""}
    form = RepositoryForm(
        sent, instance=Repository.objects.get(), inherited="As the organisation", by=rows.person("lead")
    )
    assert form.is_valid()
    Repository.objects.update(applied_commit="f" * 40, failures=7)
    form.save()
    made.refresh_from_db()
    assert (made.name, made.applied_commit, made.failures) == ("search", "f" * 40, 7)


@pytest.mark.parametrize(("field", "value"), [("branch", "--upload-pack=x"), ("name", "--help"), ("name", "taken")])
def test_a_field_that_cannot_be_is_said_at_the_field(signed_in: Client, field: str, value: str):
    made = rows.repository()
    rows.repository("taken")
    answer = signed_in.post(f"{made.get_absolute_url()}edit/", {"name": "search", "branch": "", field: value})
    page = answer.content.decode()
    assert answer.context["form"].errors.keys() == {field}
    assert f'aria-describedby="id_{field}' in page
    assert f'id="id_{field}_error"' in page
    assert Repository.objects.filter(name="catalog-search").exists()


def test_a_question_to_the_host_that_was_lost_is_answered_by_a_scan(signed_in: Client):
    """As when the broker loses its messages: nobody asks the host a second time, but each scan does."""
    made = rows.repository(check_state="waiting")
    assert "Asking the host" in signed_in.get(made.get_absolute_url()).content.decode()
    Repository.objects.update(last_scan=rows.scan(made))
    assert "Asking the host" not in signed_in.get(made.get_absolute_url()).content.decode()
    # At another address it is asked anew.
    Repository.objects.update(checked_at=timezone.now())
    assert "Asking the host" in signed_in.get(made.get_absolute_url()).content.decode()


def test_deleting_asks_first_and_takes_everything_along(signed_in: Client):
    made = rows.repository()
    rows.scan(made)
    rows.finding(made)
    url = f"{made.get_absolute_url()}delete/"
    assert "This cannot be undone" in signed_in.get(url).content.decode()
    assert Repository.objects.exists()
    assert signed_in.post(url).url == "/repositories/"
    assert not Repository.objects.exists()
    assert not Scan.objects.exists()


def test_it_is_archived_after_a_question_and_taken_back(signed_in: Client):
    made = rows.repository("shop")
    rows.scan(made)
    rows.finding(made)
    question = signed_in.get(f"{made.get_absolute_url()}archive/").content.decode()
    assert "Its 1 call left become out of scope" in question
    assert Repository.objects.filter(archived_at=None).exists()
    page = signed_in.post(f"{made.get_absolute_url()}archive/", follow=True).content.decode()
    assert "is archived" in page
    assert "Take it back" in page
    assert "Scan now" not in page
    assert names(signed_in) == []
    assert names(signed_in, status="archived") == ["shop"]
    assert "1 archived" in signed_in.get("/repositories/").content.decode()
    signed_in.post(f"{made.get_absolute_url()}scan/")
    signed_in.post("/repositories/scan/")
    assert not Scan.objects.filter(state=ScanState.QUEUED).exists()
    assert signed_in.get(f"{made.get_absolute_url()}edit/").url == made.get_absolute_url()
    signed_in.post(f"{made.get_absolute_url()}unarchive/")
    assert names(signed_in) == ["shop"]
    assert Scan.objects.filter(state=ScanState.QUEUED).exists()


def test_the_question_before_deleting_says_what_is_lost_and_what_is_kept(signed_in: Client):
    made = rows.repository("shop")
    rows.scan(made)
    rows.finding(made)
    question = signed_in.get(f"{made.get_absolute_url()}delete/").content.decode()
    assert "Lost are 1 finding (1 call left)" in question
    assert "1 scan" in question
    assert "Kept are" in question
    assert f'{made.get_absolute_url()}archive/?removed=1"' in question
    removed, plain = "Archive it as removed from its host", "Archive this repository"
    asked = signed_in.get(f"{made.get_absolute_url()}archive/?removed=1").content.decode()
    assert asked.index(removed) < asked.index(plain)
    asked = signed_in.get(f"{made.get_absolute_url()}archive/").content.decode()
    assert asked.index(plain) < asked.index(removed)


def test_what_the_first_scan_found_is_no_change_and_what_does_not_count_is_said_apart(signed_in: Client):
    made = rows.repository()
    rows.scan(made, opened_now=4, apart_now=3)
    first = signed_in.get(made.get_absolute_url()).content.decode()
    assert "by the first scan: 4 found, 3 not counted" in first
    assert '<span class="bad">+4</span>' not in first

    rows.scan(made, opened_now=2)
    later = signed_in.get(made.get_absolute_url()).content.decode()
    assert '<span class="bad">+2</span>' in later
    overview = signed_in.get("/").content.decode()
    assert "first scan" in overview
    assert '<span class="bad">+4</span>' not in overview


def test_what_was_gone_before_any_scan_was_seen_too(signed_in: Client):
    made = rows.repository()
    rows.scan(made)
    rows.finding(made)
    HistoryRun.objects.create(
        repository=made, state="done", is_current=True, ways_before={"code_deleted": 14}, resolved_before=14,
        finished_at=timezone.now(), base_at=timezone.now(), queued_at=timezone.now(),
    )  # fmt: skip
    page = signed_in.get(made.get_absolute_url()).content.decode()
    assert "of 15 ever seen" in page
    assert "14 resolved" in page


def test_what_was_dismissed_stands_beside_the_other_parts_of_all_that_was_seen(client):
    row = rows.repository()
    rows.scan(row)
    rows.finding(row)
    rows.finding(row, presence="absent")
    rows.finding(row, presence="absent", disposition="dismissed")
    rows.finding(row, disposition="dismissed")
    client.force_login(rows.person("viewer"))
    page = client.get(row.get_absolute_url()).content.decode()
    assert "of 4 ever seen" in page
    assert "1 resolved" in page
    assert "2 dismissed</a>" in page


def test_a_repository_without_a_call_left_says_why(client):
    client.force_login(rows.person("viewer"))
    gone, dismissed, apart, never = (rows.repository(name) for name in ("gone", "dismissed", "apart", "never"))
    for row in (gone, dismissed, apart, never):
        rows.scan(row)
    for row in (gone, dismissed):
        rows.finding(row, disposition="dismissed")
    rows.finding(gone, presence="absent")
    rows.finding(apart, area="test")
    told = {row.name: client.get(row.get_absolute_url()).content.decode() for row in (gone, dismissed, apart, never)}
    assert "None: every call that was seen is gone or was <a" in told["gone"]
    assert "All dismissed</span>" in told["dismissed"]
    assert "None: every call that was seen was <a" in told["dismissed"]
    assert "Not counted</span>" in told["apart"]
    assert f"?q={quote('repo:apart area:any')}" in told["apart"]
    assert "No use of Generate was found, now or in an earlier scan." in told["never"]
    assert names(client, status="dismissed") == ["dismissed"]
    assert names(client, status="uncounted") == ["apart"]


def test_a_call_is_opened_within_the_list_that_the_page_shows(signed_in: Client):
    made = rows.repository()
    for path, presence in (("b.py", "present"), ("a.py", "present"), ("gone.py", "absent"), ("lost.py", "unknown")):
        rows.finding(made, presence, path=path)
    page = signed_in.get(made.get_absolute_url())
    listed = list(page.context["findings"])
    assert [row.path for row in listed] == ["a.py", "b.py", "lost.py"]
    for place, row in enumerate(listed, 1):
        href = f"{row.get_absolute_url()}?{page.context['carried']}"
        assert f'href="{escape(href)}"' in page.content.decode()
        opened = signed_in.get(href).context
        assert (opened["position"], opened["of"]) == (place, 3)


def test_two_at_once_who_choose_one_name_get_one_winner_and_a_sentence(signed_in, monkeypatch):
    """Whoever was faster stored the name after the other's form was checked."""
    mine, _ = rows.repository("mine"), rows.repository("wanted")
    monkeypatch.setattr("audits.forms.repositories.taken", lambda *_: "")
    page = signed_in.post(f"/repositories/{mine.pk}/edit/", {"name": "wanted", "branch": "kept"})
    assert "has got this name a moment ago" in page.context["form"].errors["name"][0]
    assert 'value="kept"' in page.content.decode()
    mine.refresh_from_db()
    assert mine.name == "mine"
