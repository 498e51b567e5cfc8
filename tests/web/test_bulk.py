import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Finding, FindingEvent, Team, User
from tests.progress.rows import finding, repository
from tests.web import rows

pytestmark = pytest.mark.django_db
BULK = "/findings/bulk/"


@pytest.fixture
def engineer(client):
    client.force_login(rows.person("engineer"))
    return client


@pytest.fixture
def three():
    row = repository("catalog-search")
    return [finding(row, path=f"{name}.py") for name in "abc"]


def hidden(page):
    """What the question would send back, as a browser does."""
    sent = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode()):
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def confirm(client, sent, **fields):
    return client.post(BULK, {**hidden(client.post(BULK, sent)), **fields}, follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_the_question_names_the_count_and_changes_nothing(engineer, three):
    page = engineer.post(BULK, {"move": "dismiss", "q": "state:open", "f": [three[0].pk, three[1].pk]})
    assert "Dismiss 2 findings?" in page.content.decode()
    assert len(hidden(page)["seen"][0]) == 64
    assert not FindingEvent.objects.exists()


def test_whoever_plans_is_offered_themselves_first(engineer, three):
    """Never the first name of the menu, whom nobody has chosen."""
    rows.person("engineer", "aaron")
    me = User.objects.get(username="engineer")
    chosen = f'<option value="{me.pk}" selected>'
    assert chosen in engineer.post(BULK, {"move": "plan", "f": [three[0].pk]}).content.decode()
    assert chosen in engineer.get(three[0].get_absolute_url()).content.decode()


def test_those_that_were_ticked_are_decided_together(engineer, three):
    sent = {"move": "dismiss", "q": "state:open", "sort": "call", "f": [three[0].pk, three[1].pk]}
    page = confirm(engineer, sent, reason="dead_code", comment="Gone with the old shop.")
    assert page.redirect_chain == [("/findings/?q=state%3Aopen&sort=call", 302)]
    assert said(page) == ["2 findings are dismissed now."]
    assert Finding.objects.filter(disposition="dismissed", dismissal="dead_code").count() == 2
    assert FindingEvent.objects.filter(verb="dismissed").count() == 2


def test_all_that_match_are_decided_however_many_pages_they_fill(engineer, three):
    for _ in range(60):
        finding(three[0].repository)
    finding(repository("invoices"))
    sent = {"move": "waive", "q": "repo:catalog-search", "all": "1"}
    day = timezone.localdate() + timedelta(days=9)
    page = confirm(engineer, sent, until=day.isoformat(), plan="It is switched off.")
    assert said(page) == ["63 findings are waived now."]
    assert Finding.objects.filter(waived_until=day).count() == 63


@pytest.mark.parametrize(
    ("move", "fields"),
    [("plan", {"owner": ""}), ("dismiss", {"reason": "because"}), ("waive", {"until": "", "plan": ""})],
)
def test_a_field_that_is_wrong_is_said_at_the_field(engineer, three, move, fields):
    page = confirm(engineer, {"move": move, "f": [three[0].pk]}, **fields)
    assert page.context["form"].errors
    assert 'class="error"' in page.content.decode()
    assert not FindingEvent.objects.exists()


def test_a_selection_that_changed_meanwhile_is_asked_about_anew(engineer, three):
    sent = hidden(engineer.post(BULK, {"move": "assign", "q": "state:open", "all": "1"}))
    finding(three[0].repository)
    page = engineer.post(BULK, sent)
    assert (
        "What you selected, or its state, has changed since you looked: it is 4 findings now." in page.content.decode()
    )
    assert "Assign 4 findings?" in page.content.decode()
    assert not FindingEvent.objects.exists()
    assert said(engineer.post(BULK, hidden(page), follow=True)) == ["4 findings are assigned now."]


def test_as_many_others_are_another_selection(engineer, three):
    sent = hidden(engineer.post(BULK, {"move": "assign", "q": "state:open", "all": "1"}))
    three[0].delete()
    finding(three[1].repository)
    assert "has changed since you looked: it is 3 findings now" in engineer.post(BULK, sent).content.decode()
    assert not FindingEvent.objects.exists()


@pytest.mark.parametrize("digest", ["", "0" * 64, "é"])
def test_an_answer_to_no_question_does_nothing(engineer, three, digest):
    sent = {"move": "assign", "f": [three[0].pk], "seen": digest}
    assert "Nothing was done" in engineer.post(BULK, sent).content.decode()


def test_what_has_no_such_step_is_left_and_counted(engineer, three):
    gone = finding(three[0].repository, presence="absent")
    me = rows.person("engineer", "ada")
    page = confirm(engineer, {"move": "plan", "f": [three[0].pk, gone.pk]}, owner=me.pk)
    assert said(page) == [
        "1 finding is planned now.",
        "1 of them was left as before: what is gone, or decided otherwise, has no such step.",
    ]


def test_nothing_selected_gets_a_sentence(engineer, three):
    page = engineer.post(BULK, {"move": "plan", "q": "", "f": ["no-key", "00000000-0000-0000-0000-000000000000"]})
    assert page.status_code == 302
    assert "Nothing was selected" in said(engineer.get(page.url))[0]


def test_a_filter_that_cannot_be_read_selects_nothing(engineer, three):
    assert engineer.post(BULK, {"move": "plan", "q": "colour:red", "all": "1"}).status_code == 302


@pytest.mark.parametrize("move", ["claim", "confirm", "", "delete"])
def test_only_what_is_meant_for_many_can_be_asked(engineer, three, move):
    assert engineer.post(BULK, {"move": move, "f": [three[0].pk]}).status_code == 404


def test_findings_of_a_restricted_team_are_never_among_them(engineer, three):
    team = Team.objects.create(name="Secret", slug="secret", restricted=True)
    row = repository("hidden")
    row.team = team
    row.save()
    secret = finding(row)
    page = engineer.post(BULK, {"move": "plan", "f": [three[0].pk, secret.pk]})
    assert hidden(page)["f"] == [str(three[0].pk)]
    assert engineer.post(BULK, {"move": "plan", "q": "", "all": "1"}).context["count"] == 3


def test_work_is_offered_to_those_who_may_see_all_of_what_is_selected(client, three):
    ada, admin = rows.person("engineer", "ada"), rows.person("admin", "grace")
    rows.person("engineer", "stranger")
    half = rows.person("lead", "half")
    closed = [Team.objects.create(name=name, slug=name, restricted=True) for name in ("one", "two")]
    ada.teams.set(closed)
    half.teams.set(closed[:1])
    secret = []
    for team in closed:
        of = repository(f"of-{team.name}")
        of.team = team
        of.save()
        secret.append(finding(of))
    gone = finding(three[0].repository, presence="absent", absent_reason="migrated")
    client.force_login(ada)

    def offered(move, picked):
        form = client.post(BULK, {"move": move, "f": [row.pk for row in picked]}).context["form"]
        field = form["owner" if move == "plan" else "person"]
        return {str(word) for value, word in field.field.choices if value}, field.help_text

    everybody = {"ada", "grace", "half", "stranger"}
    for move in ("plan", "assign"):
        assert offered(move, three) == (everybody, "")
        assert offered(move, [three[0], secret[0]])[0] == {"ada", "grace", "half"}
        names, told = offered(move, secret)
        assert (names, told.startswith("Offered are those")) == ({"ada", "grace"}, True)
    Finding.objects.filter(pk=secret[1].pk).update(
        presence="absent", absent_reason="migrated", resolved_at=timezone.now()
    )
    assert offered("plan", secret)[0] == {"ada", "grace", "half"}
    assert offered("plan", [gone])[0] == everybody
    page = client.get(secret[0].get_absolute_url()).content.decode()
    assert ">half</option>" in page
    assert ">stranger</option>" not in page
    sent = {"owner": rows.User.objects.get(username="stranger").pk, "version": 0}
    refused = client.post(f"{secret[0].get_absolute_url()}decide/plan/", sent, follow=True)
    assert "may not see the repository" in said(refused)[0]
    assert admin.pk


def test_a_viewer_has_neither_boxes_nor_bar(client, three):
    client.force_login(rows.person("viewer"))
    page = client.get("/findings/?q=").content.decode()
    assert 'name="f"' not in page
    assert 'id="bulk"' not in page
    assert client.post(BULK, {"move": "plan", "f": [three[0].pk]}).status_code == 403


def test_all_that_match_can_be_selected_by_a_link(engineer, three):
    for _ in range(60):
        finding(three[0].repository)
    assert "Select all 63 that match" in engineer.get("/findings/?q=").content.decode()
    page = engineer.get("/findings/?q=&all=1").content.decode()
    assert "<b>All 63</b> that match are selected" in page
    assert '<input type="hidden" name="all" value="1">' in page


def test_the_question_counts_what_will_change_and_says_what_stays(engineer, three):
    Finding.objects.filter(pk=three[0].pk).update(disposition="dismissed", dismissal="dead_code")
    asked = engineer.post(BULK, {"move": "waive", "q": "", "all": "1"})
    assert "Waive 2 findings?" in asked.content.decode()
    assert "3 selected, of which 1 is gone or decided otherwise and stays as before" in asked.content.decode()
    fields = {**hidden(asked), "until": timezone.localdate().isoformat(), "plan": "Off."}
    page = engineer.post(BULK, fields, follow=True)
    assert said(page)[0] == "2 findings are waived now."


def test_whoever_finds_nothing_left_keeps_the_words(engineer, three):
    sent = hidden(engineer.post(BULK, {"move": "dismiss", "q": "state:open", "all": "1"}))
    Finding.objects.update(disposition="dismissed", dismissal="dead_code")
    late = engineer.post(BULK, {**sent, "reason": "dead_code", "comment": "Nobody calls it."}, follow=True)
    assert "You had written: “Nobody calls it.”" in said(late)[0]
