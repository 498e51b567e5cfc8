"""Files beyond what is read: counted, told, searched for the API's name, and never taken for clean."""

import pytest

from audits.models import UnreadFile

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
