from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Organisation, Role, User

from . import rows

pytestmark = pytest.mark.django_db


def test_the_organisation_is_named_and_its_interval_set(signed_in: Client):
    made = rows.repository()
    sent = {"name": "Fernhill", "every": "hours", "hours": "6", "alert_after_days": "14", "history_months": "12"}
    answer = signed_in.post("/settings/", sent)
    assert answer.url == "/settings/"
    stored = Organisation.current()
    assert (stored.name, stored.schedule, stored.alert_after_days) == ("Fernhill", "6h", 14)
    made.refresh_from_db()
    assert timezone.now() < made.next_scan_at <= timezone.now() + timedelta(hours=6)
    assert "Fernhill · engine" in signed_in.get("/repositories/").content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        *(({"every": "hours", "hours": hours}, "hours") for hours in ("0", "-1", "100000", "often", "")),
        *(({"every": "cron", "cron": line}, "cron") for line in ("", "* * * * *", "hourly", "x" * 200)),
        ({"every": ""}, "every"),
        ({"every": "5h"}, "every"),
        ({"every": "24h", "baseline": "9999-12-31"}, "baseline"),
        ({"every": "cron", "cron": "0 4 * * *", "zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(signed_in: Client, sent: dict[str, str], field: str):
    answer = signed_in.post("/settings/", {"name": "Fernhill", "alert_after_days": "7", "history_months": "12", **sent})
    assert list(answer.context["form"].errors) == [field]
    assert Organisation.current().schedule == "24h"


def test_a_line_of_cron_has_its_time_zone(signed_in: Client):
    sent = {"name": "Fernhill", "every": "cron", "cron": " 30 4 * *  1-5", "zone": "Europe/Berlin"}
    signed_in.post("/settings/", {**sent, "alert_after_days": "7", "history_months": "0"})
    assert (Organisation.current().schedule, Organisation.current().time_zone) == ("30 4 * * 1-5", "Europe/Berlin")
    form = signed_in.get("/settings/").context["form"]
    assert [form[name].value() for name in ("every", "cron", "zone")] == ["cron", "30 4 * * 1-5", "Europe/Berlin"]


def test_saving_the_settings_does_not_resume_what_somebody_paused(signed_in: Client, admin: User):
    Organisation.objects.create(pk=1, paused_at=timezone.now(), paused_by=admin)
    signed_in.post("/settings/", {"name": "Fernhill", "every": "24h", "alert_after_days": "7", "history_months": "17"})
    assert (Organisation.current().name, Organisation.current().paused_by) == ("Fernhill", admin)


def test_a_person_is_added_and_can_sign_in(signed_in: Client, client: Client):
    sent = {"username": "priya", "first_name": "Priya", "role": "engineer", "password": "violet-harbour-9"}
    page = signed_in.post("/settings/people/add/", {**sent, "is_superuser": "on", "is_staff": "on"}, follow=True)
    assert "priya was added" in page.content.decode()
    person = User.objects.get(username="priya")
    assert (person.role, person.is_staff, person.is_superuser) == (Role.ENGINEER, False, False)
    assert Client().login(username="priya", password="violet-harbour-9")


@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "12345678"), ("password", "short"), ("username", "admin"), ("username", ""), ("role", "god")],
)
def test_a_person_who_cannot_be_is_refused(signed_in: Client, field: str, value: str):
    sent = {"username": "priya", "role": "viewer", "password": "violet-harbour-9", field: value}
    answer = signed_in.post("/settings/people/add/", sent)
    assert answer.context["person"].errors.keys() == {field}
    assert User.objects.count() == 1


def test_a_role_is_given_and_taken(signed_in: Client, admin: User):
    priya = rows.person("viewer", "priya")
    signed_in.post(f"/settings/people/{priya.pk}/", {"role": "admin", "active": "on"})
    priya.refresh_from_db()
    assert (priya.role, priya.is_superuser) == (Role.ADMIN, True)
    signed_in.post(f"/settings/people/{priya.pk}/", {"role": "lead"})
    priya.refresh_from_db()
    assert (priya.role, priya.is_superuser, priya.is_active) == (Role.LEAD, False, False)
    page = signed_in.post(f"/settings/people/{admin.pk}/", {"role": "viewer", "active": "on"}, follow=True)
    assert "This is the last admin" in page.content.decode()
    admin.refresh_from_db()
    assert admin.role == Role.ADMIN


def test_an_unknown_role_changes_nothing(signed_in: Client):
    priya = rows.person("viewer", "priya")
    signed_in.post(f"/settings/people/{priya.pk}/", {"role": "god", "active": "on"})
    priya.refresh_from_db()
    assert priya.role == Role.VIEWER
