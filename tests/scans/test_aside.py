"""Uses that a comment sets aside: seen, counted apart, and counted like any other where the organisation says so."""

import pytest
from django.test import Client

from audits import recurrence
from audits.forms import OrganisationForm
from audits.models import Finding, Organisation, Repository, SetAside
from audits.progress.figures import coverage, figures
from audits.progress.scope import Scope
from tests.scans.conftest import SHOP
from tests.web import rows

IGNORED = SHOP.replace("logit_bias={1: 2})", "logit_bias={1: 2})  # last-call: ignore[kept for the contract test]")


def settings_say(allowed: bool) -> None:
    given = {"name": "Acme", "alert_after_days": 7, "history_months": 0, "every": recurrence.DAILY, "baseline": ""}
    form = OrganisationForm({**given, **({"comments_set_aside": "on"} if allowed else {})})
    form.instance = Organisation.current()
    assert form.is_valid(), form.errors
    form.save()


def test_it_is_seen_and_counted_apart(scan, shop, registered, client: Client):
    shop.commit({"shop/ask.py": IGNORED})
    row = scan()
    assert (row.remaining, Finding.objects.count()) == (0, 0)
    aside = SetAside.objects.get()
    assert (aside.path, aside.line, aside.reason) == ("shop/ask.py", 7, "kept for the contract test")
    assert coverage(Scope.of(None)).aside == 1
    assert figures(Scope.of(None)).counts.resolved == 0
    client.force_login(rows.person("viewer"))
    assert "kept for the contract test" in client.get(registered.get_absolute_url()).content.decode()


def test_setting_aside_is_no_progress_and_its_end_is_none_either(scan, shop):
    scan()
    shop.commit({"shop/ask.py": IGNORED})
    row = scan()
    assert (row.remaining, row.resolved, row.resolved_now) == (0, 0, 0)
    shop.commit({"shop/ask.py": SHOP})
    assert scan().remaining == 1
    assert not SetAside.objects.exists()
    assert not Finding.objects.get().regressed


def test_beside_it_a_migration_is_still_progress(scan, shop):
    other = "\n\ndef other(q):\n    return {}\n"
    shop.commit({"shop/ask.py": IGNORED + other.format("co.generate(prompt=q, k=3)")})
    assert scan().remaining == 1
    shop.commit({"shop/ask.py": IGNORED + other.format("co.chat(message=q, k=3)")})
    row = scan()
    assert (row.remaining, row.resolved_now) == (0, 1)
    assert Finding.objects.get().absent_reason == "migrated"


@pytest.mark.django_db
def test_an_organisation_can_refuse_it(scan, shop):
    shop.commit({"shop/ask.py": IGNORED})
    scan()
    settings_say(False)
    assert not Repository.objects.get().settled
    row = scan()
    assert (row.remaining, SetAside.objects.count()) == (1, 0)
    assert Finding.objects.get().presence == "present"
    settings_say(True)
    assert scan().remaining == 0
