import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from audits.intake import Refused, register, register_many
from audits.models import Repository, Scan, Team
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db
SHOP = "https://github.com/acme/shop"


def refused(*args, **kwargs):
    with pytest.raises(Refused) as caught:
        register(*args, **kwargs)
    return caught.value


def test_it_stores_a_repository_and_queues_its_first_scan(django_user_model):
    user = django_user_model.objects.create(username="ada")
    row = register(SHOP, user=user)
    assert (row.name, row.url, row.key, row.host) == ("shop", SHOP, "github.com/acme/shop", "github.com")
    assert (row.branch, row.team, row.created_by, row.check_state) == ("", None, user, "waiting")
    assert timezone.now() < row.next_scan_at <= timezone.now() + timedelta(days=1)
    scan = Scan.objects.get()
    assert (scan.repository, scan.trigger, scan.requested_by) == (row, "registration", user)


def test_it_rings_for_the_check_and_the_scan_on_commit(monkeypatch, django_capture_on_commit_callbacks):
    messages = []
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: messages.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        register(SHOP)
    assert messages == ["audits.tasks.check_repository", "audits.tasks.scan_now"]


def test_it_registers_without_a_scan():
    register(SHOP, scan=False)
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    "spelling",
    [
        "https://github.com/Acme/Shop.git",
        "https://GitHub.com/acme/shop/",
        "https://github.com:443/acme/shop",
        "git@github.com:acme/shop.git",
        "ssh://git@github.com/acme/shop",
        "ssh://git@github.com:22/acme/shop.git/",
    ],
)
def test_another_spelling_of_a_known_address_is_refused_by_name(spelling, settings):
    settings.GIT_SSH_ENABLED = True
    register(SHOP, name="The shop")
    refusal = refused(spelling)
    today = f"{timezone.localtime():%-d %B %Y}"
    assert (refusal.field, refusal.sentence) == (
        "url",
        f"This is The shop, registered on {today} as {SHOP}. To have another branch of it read, edit it there.",
    )
    assert Repository.objects.count() == 1


def test_an_address_outside_the_grammar_is_refused_and_stores_nothing():
    refusal = refused("file:///etc", team="New team")
    assert refusal.field == "url"
    assert "plain path" in refusal.sentence
    assert (Repository.objects.count(), Scan.objects.count(), Team.objects.count()) == (0, 0, 0)


def test_a_local_path_needs_a_root(tmp_path, settings):
    assert "LOCAL_REPOSITORY_ROOTS" in refused(str(tmp_path)).sentence


@pytest.mark.parametrize("name", ["-rf", "a\nb", "a\0b", "x" * 121, "a\u202eb", "<script>", "a:b", '"a"', " . "])
def test_a_name_that_would_need_quoting_somewhere_is_refused(name):
    assert refused(SHOP, name=name).field == "name"


@pytest.mark.parametrize("name", ["Shop", "shop (legacy)", "acme/shop", "Größe 2.0", "x" * 120, "7"])
def test_it_takes_the_name_that_a_person_gives(name):
    assert register(SHOP, name=name).name == name


def test_a_name_that_is_taken_is_refused():
    register(SHOP, name="Shop")
    refusal = refused("https://github.com/acme/other", name="Shop")
    assert (refusal.field, refusal.sentence) == (
        "name",
        "Another repository is called Shop; choose another name.",
    )


def test_a_guessed_name_is_made_free():
    names = [register(f"https://github.com/{owner}/shop").name for owner in ("acme", "globex")]
    names.append(register("https://gitlab.com/globex/shop").name)
    assert names == ["shop", "globex/shop", "shop-2"]


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "x.lock", "refs/heads/\u202e", "+main:evil"])
def test_an_odd_branch_is_refused(branch):
    assert refused(SHOP, branch=branch).field == "branch"


def test_it_keeps_a_branch():
    assert register(SHOP, branch="release/2.x").branch == "release/2.x"


def test_a_team_is_found_by_name_or_made():
    first = register(SHOP, team="  Data   Science ")
    second = register("https://github.com/acme/other", team="data science")
    assert (first.team.name, first.team.slug, second.team) == ("Data Science", "data-science", first.team)


def test_teams_with_equal_slugs_are_kept_apart():
    teams = [register(f"https://github.com/acme/{n}", team=team).team.slug for n, team in enumerate(["a b", "a-b"])]
    assert teams == ["a-b", "a-b-2"]


def test_an_odd_team_name_is_refused():
    assert refused(SHOP, team="a\nb" + "x" * 100).field == "team"


@pytest.mark.django_db(transaction=True)
def test_of_four_requests_at_once_one_registers_and_the_others_are_told(monkeypatch):
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: None)
    start = threading.Barrier(4)

    def attempt(spelling):
        start.wait(timeout=PATIENCE)
        try:
            return register(spelling, team="Payments").name
        except Refused as refusal:
            return refusal.sentence
        finally:
            connections.close_all()

    spellings = [SHOP, SHOP + ".git", SHOP + "/", "https://GitHub.com/ACME/shop"]
    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(attempt, spellings))
    assert answers[-1] == "shop"
    assert all(answer.startswith("This is shop, registered on ") for answer in answers[:3])
    assert (Repository.objects.count(), Scan.objects.count(), Team.objects.count()) == (1, 1, 1)


def test_pasted_lines_are_registered_one_by_one():
    Team.objects.create(name="Payments", slug="payments")
    text = f"{SHOP}\n\n  https://github.com/acme/api   payments \n# no address\nftp://x/y\n{SHOP}.git\n"
    results = register_many(text.splitlines(), team="Platform")
    assert [(line.repository.name, line.repository.team.name) for line in results if line.repository] == [
        ("shop", "Platform"),
        ("api", "Payments"),
    ]
    assert [(line.number, line.text) for line in results if line.error] == [(5, "ftp://x/y"), (6, f"{SHOP}.git")]
    assert "registered on" in results[-1].error


def test_a_pasted_line_makes_no_team():
    (line,) = register_many([f"{SHOP}  Paymnets  EU"])
    assert line.error == "No team is called Paymnets EU. Add it on the Teams page, or leave it out."
    assert not Repository.objects.exists()
    assert not Team.objects.exists()
