import pytest

from audits.models import SavedView
from tests.progress.rows import finding, repository
from tests.web import rows

pytestmark = pytest.mark.django_db
ADD = "/findings/views/add/"


@pytest.fixture
def engineer(client):
    me = rows.person("engineer", "ada")
    client.force_login(me)
    client.me = me
    return client


def named(page):
    return [view.name for view in page.context["views"]]


def test_a_view_keeps_filter_and_order_and_is_marked_when_it_is_shown(engineer):
    page = engineer.post(ADD, {"name": " Old  ones ", "query": "state:open  lang:go", "sort": "call"}, follow=True)
    view = SavedView.objects.get()
    assert (view.name, view.query, view.sort, view.owner, view.shared) == (
        "Old ones",
        "state:open lang:go",
        "call",
        engineer.me,
        False,
    )
    assert page.redirect_chain == [("/findings/?q=state%3Aopen+lang%3Ago&sort=call", 302)]
    assert page.context["view"] == view
    assert f'href="{view.get_absolute_url().replace("&", "&amp;")}" aria-current="true"' in page.content.decode()


def test_a_private_view_is_its_owners_alone_and_a_shared_one_everybodys(engineer):
    lead = rows.person("lead")
    SavedView.objects.create(owner=lead, name="Secret")
    shared = SavedView.objects.create(owner=lead, name="Ours", query="kind:batch", shared=True)
    assert named(engineer.get("/findings/?q=")) == ["Ours"]
    assert engineer.post(f"/findings/views/{shared.pk}/", {"name": "Mine"}).status_code == 404


def test_only_a_lead_shares(engineer, client):
    engineer.post(ADD, {"name": "Mine", "query": "", "shared": "on"})
    assert not SavedView.objects.get().shared
    client.force_login(rows.person("lead"))
    client.post(ADD, {"name": "Ours", "query": "", "shared": "on"})
    assert SavedView.objects.get(name="Ours").shared


def test_it_is_renamed_and_deleted(engineer):
    view = SavedView.objects.create(owner=engineer.me, name="Old", query="kind:batch")
    engineer.post(f"/findings/views/{view.pk}/", {"name": "New"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("New", "kind:batch")
    engineer.post(f"/findings/views/{view.pk}/", {"delete": "1"})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": " ", "query": ""}, "Give the view a name."),
        ({"name": "Old", "query": ""}, "A view of this name exists"),
        ({"name": "New", "query": "colour:red"}, "There is no filter “colour”"),
        ({"name": "x" * 61, "query": ""}, "at most 60 characters"),
    ],
)
def test_a_view_that_cannot_be_kept_gets_a_sentence(engineer, sent, sentence):
    SavedView.objects.create(owner=engineer.me, name="Old")
    page = engineer.post(ADD, sent, follow=True)
    assert sentence in str(next(iter(page.context["messages"])))
    assert SavedView.objects.count() == 1


def test_names_are_text(engineer):
    SavedView.objects.create(owner=engineer.me, name=rows.HOSTILE[:60])
    page = engineer.get("/findings/?q=").content.decode()
    assert rows.HOSTILE[:30] not in page


def test_the_menu_costs_one_query(engineer, django_assert_num_queries, django_assert_max_num_queries):
    finding(repository())
    # What is counted is remembered.
    engineer.get("/findings/?q=state:open")
    with django_assert_max_num_queries(24) as first:
        engineer.get("/findings/?q=state:open")
    for number in range(5):
        SavedView.objects.create(owner=engineer.me, name=str(number))
    with django_assert_num_queries(len(first)):
        engineer.get("/findings/?q=state:open")


def test_two_at_once_under_one_name_are_one_view_and_a_sentence(engineer, monkeypatch):
    monkeypatch.setattr("audits.forms.saved_views.SavedViewForm.clean_name", lambda form: form.cleaned_data["name"])
    sent = {"name": "Mine", "query": "state:open", "sort": ""}
    engineer.post("/findings/views/add/", sent)
    page = engineer.post("/findings/views/add/", sent, follow=True)
    assert SavedView.objects.count() == 1
    assert "A view of this name exists" in page.content.decode()
