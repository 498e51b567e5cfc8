"""API tokens: shown once, kept as a digest, ended at once, and each person's own."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits import tokens
from audits.models import ApiToken, AuditEvent, AuditVerb, TokenScope, User

from . import rows

FORM = {"name": "Nightly report", "scope": "read", "days": "90"}


def made(client: Client, **values: str) -> str:
    answer = client.post(reverse("tokens"), {**FORM, **values})
    assert answer["Cache-Control"] == "no-store"
    found = re.search(r'id="made" value="(lc_[\w-]{43})"', answer.content.decode())
    assert found is not None
    return found[1]


def test_a_token_is_shown_once_and_kept_as_a_digest(signed_in: Client, admin: User):
    text = made(signed_in)
    row = ApiToken.objects.get()
    assert text not in str(vars(row))
    assert row.prefix == text[:9]
    assert text not in signed_in.get(reverse("tokens")).content.decode()
    assert tokens.holder(text, timezone.now()) == row
    event = AuditEvent.objects.get(verb=AuditVerb.TOKEN_MADE)
    assert event.actor == admin
    assert text not in event.subject + event.detail


def test_a_form_without_a_name_makes_nothing(signed_in: Client):
    answer = signed_in.post(reverse("tokens"), {**FORM, "name": " "})
    assert "Name what it is for" in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("over", ["expired", "revoked", "inactive", "other"])
def test_what_is_over_opens_nothing(signed_in: Client, admin: User, over: str):
    text, now = made(signed_in), timezone.now()
    if over == "expired":
        now += timedelta(days=90, seconds=1)
    elif over == "revoked":
        signed_in.post(reverse("token-revoke", args=[ApiToken.objects.get().pk]))
        assert AuditEvent.objects.filter(verb=AuditVerb.TOKEN_REVOKED).exists()
    elif over == "inactive":
        User.objects.filter(pk=admin.pk).update(is_active=False)
    else:
        text = text[:-1] + ("a" if text[-1] != "a" else "b")
    assert tokens.holder(text, now) is None


def test_last_use_is_written_once_an_hour(admin: User):
    now = timezone.now()
    row, text = tokens.issue(admin, "Report", TokenScope.READ, 30, now)
    for minutes, told in ((0, 0), (59, 0), (60, 60)):
        tokens.holder(text, now + timedelta(minutes=minutes))
        row.refresh_from_db()
        assert row.used_at == now + timedelta(minutes=told)


@pytest.mark.django_db
def test_people_see_and_end_their_own_and_admins_all(client: Client):
    theirs, _ = tokens.issue(rows.person("engineer", "ada"), "Ada's", TokenScope.SCAN, 30, timezone.now())
    client.force_login(rows.person("lead", "lea"))
    assert "Ada&#x27;s" not in client.get(reverse("tokens")).content.decode()
    assert client.post(reverse("token-revoke", args=[theirs.pk])).status_code == HTTPStatus.NOT_FOUND
    client.force_login(rows.person("admin", "root"))
    assert "Ada&#x27;s" in client.get(reverse("tokens")).content.decode()
    client.post(reverse("token-revoke", args=[theirs.pk]))
    assert not ApiToken.objects.exists()
