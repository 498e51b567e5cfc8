"""Files beyond what is read: counted, told, searched for the API's name, and never taken for clean."""

import pytest

from audits import pathrules
from audits.engine.version import ENGINE_VERSION
from audits.models import Finding, UnreadFile
from audits.models.repository import OTHER_RULES
from audits.scans import result

from .conftest import SHOP

pytestmark = pytest.mark.django_db
MIB = 1024**2


def test_a_module_of_more_than_a_mebibyte_is_too_large_and_says_where_it_names_the_api(scan, shop):
    shop.commit({"big.py": SHOP + "# filler\n" * (MIB // 9)})
    row = scan()
    assert (row.state, row.files_unread) == ("partial", 1)
    unread = UnreadFile.objects.get()
    assert (unread.path, unread.reason, unread.names_api) == ("big.py", "too_large", True)
    assert unread.lines
    assert sum(row.file_states.values()) == row.files_total


def test_a_notebook_of_more_than_20_mebibytes_is_not_even_loaded(scan, shop):
    shop.commit({"big.ipynb": b'{"cells": [], "x": "cohere generate ' + b"x" * (20 * MIB) + b'"}'})
    row = scan()
    assert (row.state, row.files_unread) == ("partial", 1)
    assert UnreadFile.objects.get().reason == "too_large"


def test_a_use_that_a_merge_conflict_hides_stays_known(scan, shop):
    scan()
    shop.commit(
        {"shop/ask.py": SHOP.replace("co = ", "<<<<<<< HEAD\nco = ").replace("\n\n\ndef", "\n=======\n\n\ndef")}
    )
    row = scan()
    assert (row.state, row.resolved_now, row.files_unread) == ("partial", 0, 1)


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d7a" * 16 + "\nsize 12345\n"


def test_a_pointer_of_git_lfs_is_no_code_that_was_read(scan, shop):
    scan()
    shop.commit({"shop/ask.py": POINTER, "notes/run.ipynb": POINTER, "data/rows.json": POINTER})
    row = scan()
    assert (row.state, row.files_unread, row.resolved_now) == ("partial", 2, 0)
    assert set(UnreadFile.objects.values_list("path", "reason")) == {("shop/ask.py", "lfs"), ("notes/run.ipynb", "lfs")}
    assert sum(row.file_states.values()) == row.files_total
    # Nothing of it is remembered as read: the next commit finds the same, and the file itself what is in it.
    shop.commit({"README.md": "Other\n"})
    assert scan().files_unread == 2
    shop.commit({"shop/ask.py": SHOP, "notes/run.ipynb": None})
    row = scan()
    assert (row.state, row.remaining) == ("done", 1)


def test_pointers_among_hundreds_of_files_are_found_by_the_search_too(scan, shop):
    shop.commit({f"lib/part{number}.py": f"x = {number}\n" for number in range(250)} | {"lib/big.py": POINTER})
    row = scan()
    assert (row.state, row.files_unread, row.remaining) == ("partial", 1, 1)


def test_what_package_managers_and_builds_have_written_is_counted_as_passed_over(scan, shop):
    call = "import { CohereClient } from 'cohere-ai';\nnew CohereClient({}).generate({ prompt: 'x' });\n"
    shop.commit({"vendor/a.ts": call, "node_modules/c.ts": call, "app.min.js": call, "site-packages/p.py": SHOP})
    where = {"vendor/": 1, "node_modules/": 1, "app.min.js": 1, "site-packages/": 1}
    row = scan()
    assert row.passed_over_in == where
    assert (row.state, row.usages, row.files_passed_over) == ("done", 1, 4)
    assert sum(row.file_states.values()) == row.files_total
    again = scan()
    assert (again.unchanged, again.files_passed_over, again.passed_over_in) == (True, 4, where)


def test_a_path_rule_has_read_what_is_passed_over_and_its_end_is_no_progress(scan, shop, admin_user):
    call = "import { CohereClient } from 'cohere-ai';\nnew CohereClient({}).generate({ prompt: 'x' });\n"
    shop.commit({"vendor/ours/a.ts": call, "vendor/b.ts": call, "app.min.js": call})
    repository = scan().repository
    assert Finding.objects.filter(path__contains="a.ts").count() == 0
    rule = pathrules.add("vendor/ours/", "product", repository, admin_user, reads=True)
    row = scan()
    assert (row.unchanged, row.passed_over_in) == (False, {"vendor/": 1, "app.min.js": 1})
    found = Finding.objects.get(path="vendor/ours/a.ts")
    assert (found.presence, found.area) == ("present", "product")
    assert scan().unchanged
    pathrules.remove(rule, admin_user)
    shop.commit({"README": "another commit"})
    assert scan().passed_over_in == {"vendor/": 2, "app.min.js": 1}
    found.refresh_from_db()
    assert (found.presence, found.absent_reason) == ("absent", "rule_changed")


def test_the_last_rule_says_whether_a_file_is_read(scan, shop, admin_user):
    call = "import { CohereClient } from 'cohere-ai';\nnew CohereClient({}).generate({ prompt: 'x' });\n"
    shop.commit({"vendor/ours/a.ts": call, "vendor/b.ts": call})
    pathrules.add("vendor/", "vendored", None, admin_user, reads=True)
    pathrules.add("vendor/b.ts", "vendored", None, admin_user)
    scan()
    assert list(Finding.objects.filter(path__endswith=".ts").values_list("path", "area")) == [
        ("vendor/ours/a.ts", "vendored")
    ]


def test_a_later_rule_that_does_not_read_is_no_progress(scan, shop, admin_user):
    call = "import { CohereClient } from 'cohere-ai';\nnew CohereClient({}).generate({ prompt: 'x' });\n"
    shop.commit({"vendor/b.ts": call})
    pathrules.add("vendor/", "vendored", None, admin_user, reads=True)
    scan()
    pathrules.add("vendor/b.ts", "vendored", None, admin_user)
    shop.commit({"README.md": "Other words\n"})
    scan()
    row = Finding.objects.get(path="vendor/b.ts")
    assert (row.presence, row.absent_reason) == ("absent", "rule_changed")


@pytest.mark.parametrize("further", [{}, {"README.md": "Other words\n"}])
def test_a_rule_that_comes_while_a_scan_runs_is_read_by_the_next_one(
    scan, shop, registered, admin_user, monkeypatch, further
):
    shop.commit(
        {"vendor/b.ts": "import { CohereClient } from 'cohere-ai';\nnew CohereClient({}).generate({ prompt: 'x' });\n"}
    )
    scan()
    shop.commit(further) if further else None

    def ended(*args, **values):
        pathrules.add("vendor/", "vendored", None, admin_user, reads=True)
        return real(*args, **values)

    name = "apply" if further else "confirm"
    real = getattr(result, name)
    with monkeypatch.context() as patch:
        patch.setattr(result, name, ended)
        scan()
    registered.refresh_from_db()
    assert (registered.settled, registered.applied_engine) == (False, OTHER_RULES)
    scan()
    registered.refresh_from_db()
    assert (registered.settled, registered.applied_engine) == (True, ENGINE_VERSION)
    row = Finding.objects.get(path="vendor/b.ts")
    assert (row.presence, row.events.get(verb="opened").reason) == ("present", "rule_changed")
