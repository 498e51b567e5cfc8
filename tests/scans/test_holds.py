"""Much gone and little changed: held, accepted, rejected."""

import pytest
from django.core.exceptions import PermissionDenied

from audits import scans
from audits.models import Channel, Finding, Hold, Message
from tests.web import rows

CLIENT = 'import cohere\n\nco = cohere.Client("key")\n'
USE = "from client import co\n\n\ndef ask(question):\n    return co.generate(prompt=question)\n"
FILES = {f"use{number}.py": USE for number in range(12)}

pytestmark = pytest.mark.django_db


@pytest.fixture
def dropped(scan, shop):
    """Twelve uses in twelve files are gone, because the one file that makes their client was changed."""
    shop.commit({"shop/ask.py": "", "client.py": CLIENT, **FILES})
    scan()
    shop.commit({"client.py": "co = None\n"})
    return scan()


def presences():
    return set(Finding.objects.exclude(path="shop/ask.py").values_list("presence", flat=True))


def test_a_suspicious_drop_is_held_for_a_person(dropped, registered):
    assert (dropped.resolved_now, dropped.held_now, dropped.resolved) == (0, 12, 0)
    assert presences() == {"unknown"}
    hold = Hold.objects.get()
    assert (hold.known, hold.gone, hold.files, hold.touched) == (12, 12, 12, 0)
    assert list(scans.waiting(registered)) == [hold]
    assert set(Finding.objects.values_list("held_reason", flat=True)) == {"code_changed"}


def test_an_accepted_drop_is_progress_with_the_name_of_who_accepted_it(dropped, registered):
    lead = rows.person("lead", "lena")
    assert scans.judge(lead, Hold.objects.get(), accept=True) == 12
    assert presences() == {"absent"}
    row = Finding.objects.first()
    assert (row.absent_reason, row.held_reason, row.hold) == ("code_changed", "", None)
    event = row.events.first()
    assert (event.actor, event.verb, event.reason) == (lead, "resolved", "code_changed")
    dropped.refresh_from_db()
    assert (dropped.resolved_now, dropped.held_now, dropped.resolved) == (12, 0, 12)
    assert not scans.waiting(registered).exists()


def test_an_accepted_drop_that_leaves_nothing_is_told(dropped, registered):
    channel = Channel.objects.create(kind="mail", address="everybody@calls.example")
    scans.judge(rows.person("lead", "lena"), Hold.objects.get(), accept=True)
    (message,) = Message.objects.all()
    assert (message.channel, message.kind, message.about) == (channel, "zero", {"repository": registered.pk})


def test_a_rejected_drop_stays_until_its_files_change(dropped, scan, shop, registered):
    scans.judge(rows.person("lead", "lena"), Hold.objects.get(), accept=False)
    assert presences() == {"unknown"}
    shop.commit({"README.md": "Nothing about it.\n"})
    assert scan().held_now == 0
    assert presences() == {"unknown"}
    shop.commit({"use0.py": "x = 1\n", "use1.py": None})
    row = scan()
    assert (row.resolved_now, Finding.objects.filter(presence="unknown").count()) == (2, 10)
    assert not scans.waiting(registered).exists()


def test_a_held_use_that_is_seen_again_is_there(dropped, scan, shop, registered):
    shop.commit({"client.py": CLIENT})
    scan()
    assert presences() == {"present"}
    assert not Finding.objects.exclude(held_reason="").exists()
    assert not scans.waiting(registered).exists()


def test_a_drop_is_judged_once(dropped):
    lead = rows.person("lead", "lena")
    hold = Hold.objects.get()
    scans.judge(lead, hold, accept=False)
    with pytest.raises(scans.Judged):
        scans.judge(lead, hold, accept=True)
    with pytest.raises(PermissionDenied):
        scans.judge(rows.person("engineer", "eve"), hold, accept=True)


def test_a_drop_whose_files_were_changed_is_no_surprise(scan, shop):
    shop.commit({"shop/ask.py": "", "client.py": CLIENT, **FILES})
    scan()
    shop.commit(dict.fromkeys(FILES, "x = 1\n"))
    row = scan()
    assert (row.resolved_now, row.held_now) == (12, 0)


def test_ten_are_no_drop(scan, shop):
    shop.commit({"shop/ask.py": "", "client.py": CLIENT, **dict(list(FILES.items())[:10])})
    scan()
    shop.commit({"client.py": "co = None\n"})
    assert (scan().resolved_now, Hold.objects.count()) == (10, 0)
