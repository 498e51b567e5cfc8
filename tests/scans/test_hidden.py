"""A call that left its place while a file that may hold it now was not read, or is read by nobody."""

import pytest

from audits.models import Finding, FindingEvent

from .conftest import SHOP

FIRST = 'import cohere\n\nco = cohere.Client("key")\n'
ONE = "\n\ndef one(q):\n    return co.generate(prompt=q, num_generations=2)\n"
TWO = "\n\ndef two(q):\n    return co.generate(prompt=q, temperature=0.5)\n"
# Nothing of a file with a mark of a merge is read.
BROKEN = "<<<<<<< ours\n"


def fate():
    return {row.scope: (row.presence, row.absent_reason, row.path) for row in Finding.objects.all()}


@pytest.fixture
def split(scan, shop):
    """The function `one` was moved into a file whose first line does not parse."""
    shop.commit({"shop/ask.py": FIRST + ONE + TWO})
    scan()
    Finding.objects.filter(presence="absent").delete()
    shop.commit({"shop/ask.py": FIRST + TWO, "shop/other.py": BROKEN + FIRST + ONE})
    return scan()


def test_a_call_that_may_stand_in_an_unread_file_is_nobodys_progress(split, scan, shop):
    assert (split.state, split.files_unread, split.resolved_now) == ("partial", 1, 0)
    assert fate() == {"one": ("unknown", "", "shop/ask.py"), "two": ("present", "", "shop/ask.py")}
    assert Finding.objects.get(scope="one").hidden_in == ["shop/other.py"]
    shop.commit({"README.md": "A shop, still\n"})
    scan()
    assert fate()["one"][0] == "unknown"
    shop.move("shop/other.py", "shop/moved.py")
    scan()
    assert fate()["one"][0] == "unknown"
    shop.commit({"shop/moved.py": FIRST + ONE})
    scan()
    assert fate()["one"] == ("present", "", "shop/moved.py")
    row = Finding.objects.get(scope="one")
    assert row.hidden_in is None
    assert sorted(row.events.values_list("verb", flat=True)) == ["lost_sight", "moved", "opened", "seen"]


def test_a_file_of_which_a_part_is_read_shows_that_part_and_may_hide_more(scan, shop):
    shop.commit({"shop/ask.py": FIRST + ONE + TWO})
    scan()
    shop.commit({"shop/ask.py": None, "shop/asked.py": "X=(1\n" + FIRST + ONE})
    row = scan()
    assert (row.state, row.files_unread, row.resolved_now) == ("partial", 1, 0)
    assert fate() == {"one": ("present", "", "shop/asked.py"), "two": ("unknown", "", "shop/ask.py")}


def test_it_is_gone_as_soon_as_that_file_tells_or_is_gone(split, scan, shop):
    shop.commit({"shop/other.py": "import cohere\n"})
    scan()
    assert fate()["one"][:2] == ("absent", "code_deleted")
    assert Finding.objects.get(scope="one").hidden_in is None


def test_a_chat_call_that_stood_beside_it_all_along_is_no_migration(scan, shop):
    """Also where the file that holds both could not be read for a while."""
    chat, generate = "\n\ndef both(q):\n    co.chat(message=q)\n", "    return co.generate(prompt=q)\n"
    shop.commit({"shop/ask.py": FIRST + chat + generate})
    scan()
    for text, state in (
        (BROKEN + FIRST + chat + generate, ("unknown", "")),
        (FIRST + chat, ("absent", "code_deleted")),
    ):
        shop.commit({"shop/ask.py": text})
        scan()
        assert fate()["both"][:2] == state


def test_what_changed_while_a_file_was_unread_is_told_from_where_it_was_seen_last(scan, shop):
    """Its other commits are no base: in them its lines had gone already, or its name was another."""
    first = FIRST + "".join(f"{name} = 1\n" for name in "abcdefghijklmnop")
    late = ONE.replace("one", "late")
    shop.commit({"shop/ask.py": first + ONE + TWO, "shop/late.py": first + late})
    scan()
    Finding.objects.filter(presence="absent").delete()
    shop.commit({"shop/ask.py": None, "shop/asked.py": BROKEN + first + TWO, "shop/late.py": BROKEN + first})
    scan()
    assert {presence for presence, _, _ in fate().values()} == {"unknown"}
    shop.commit({"shop/asked.py": first + TWO.replace("temperature=0.5", "k=3"), "shop/late.py": first})
    scan()
    assert fate() == {
        "one": ("absent", "code_deleted", "shop/ask.py"),
        "two": ("present", "", "shop/asked.py"),
        "late": ("absent", "code_deleted", "shop/late.py"),
    }


def test_a_chat_call_in_its_place_is_a_migration_all_the_same(scan, shop):
    shop.commit({"shop/ask.py": FIRST + ONE})
    scan()
    Finding.objects.filter(presence="absent").delete()
    chat = "\n\ndef one(q):\n    return co.chat(message=q)\n"
    shop.commit({"shop/ask.py": FIRST + chat, "shop/other.py": BROKEN + FIRST})
    scan()
    assert fate()["one"][:2] == ("absent", "migrated")


def test_an_unread_file_that_did_not_change_hides_nothing(scan, shop):
    shop.commit({"shop/ask.py": FIRST + ONE, "shop/other.py": BROKEN + FIRST})
    scan()
    Finding.objects.filter(presence="absent").delete()
    shop.commit({"shop/ask.py": "import cohere\n"})
    scan()
    assert fate()["one"][:2] == ("absent", "code_deleted")


def test_a_file_that_got_a_name_that_nobody_reads_is_gone(scan, shop):
    scan()
    shop.move("shop/ask.py", "shop/ask.py.bak")
    scan()
    row = Finding.objects.get()
    assert (row.presence, row.absent_reason) == ("absent", "file_deleted")


def test_a_file_with_a_wrong_mark_is_unread_not_clean(scan, shop):
    scan()
    shop.commit({"shop/ask.py": b"\xff\xfe\x00bad\x00" + SHOP.encode()})
    row = scan()
    assert (row.state, row.files_unread) == ("partial", 1)
    assert Finding.objects.get().presence == "unknown"
    assert not FindingEvent.objects.filter(verb="resolved").exists()


def test_a_chat_call_of_another_language_is_a_migration(scan, shop):
    head = 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({ token: "x" });\n'
    ask = "export async function ask(p) {\n  return await co.%s({ %s: p });\n}\n"
    shop.commit({"shop/ask.py": None, "web/ask.ts": head + ask % ("generate", "prompt")})
    scan()
    Finding.objects.filter(presence="absent").delete()
    assert fate() == {"ask": ("present", "", "web/ask.ts")}
    shop.commit({"web/ask.ts": head + ask % ("chat", "message")})
    row = scan()
    assert fate()["ask"][:2] == ("absent", "migrated")
    assert row.chat_sites == 1
