"""How a number is made stands one click away on the page that shows it, without scripts too."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from audits.progress.formulas import FORMULAS

from . import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    row = rows.repository("shop", team=rows.team("Search"))
    rows.scan(row, remaining=1)
    rows.finding(row)
    return row


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("/", ("remaining", "completion", "velocity")),
        ("/teams/", ("remaining", "left_overdue", "completion", "oldest")),
        ("/repositories/", ("remaining",)),
        ("/repositories/{pk}/", ("remaining", "unknown")),
        ("/findings/?q=state:left", ("remaining",)),
        ("/parameters/", ("remaining",)),
        ("/weeks/", ("remaining", "waived")),
        ("/timeline/", ("remaining", "overdue")),
        ("/explain/", ("inflow", "outflow")),
        ("/numbers/", ("remaining", "completion", "dismissed", "age")),
    ],
)
def test_a_number_has_its_formula_on_its_own_page(signed_in: Client, shop, address, numbers):
    page = signed_in.get(address.format(pk=shop.pk)).content.decode()
    for number in numbers:
        assert re.search(r"<details[^>]*formula[^>]*>.*?" + re.escape(escape(FORMULAS[number][1])), page), number


@pytest.mark.parametrize("unread", [False, True])
def test_a_week_of_calls_that_could_not_be_read_shows_no_zero(signed_in: Client, shop, unread: bool):
    changes = (
        {"presence": "unknown"}
        if unread
        else {"presence": "absent", "absent_reason": "migrated", "resolved_at": timezone.now()}
    )
    shop.findings.update(**changes)
    page = signed_in.get("/weeks/").content.decode()
    assert ('<span aria-hidden="true">0</span>' in page) is not unread
