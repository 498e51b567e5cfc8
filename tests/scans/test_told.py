"""What the page of a repository says of its scans: what came back, what left without being migrated, and why."""

import re

from django.utils.html import strip_tags

from audits.models import Repository
from tests.web import rows

from .conftest import SHOP


def told(client, registered):
    """The results of its scans, the oldest first, and the sentence of the last change."""
    client.force_login(rows.person("admin"))
    page = client.get(registered.get_absolute_url()).content.decode()
    table = page.split('id="h-sc"')[1].split("</table>")[0]
    results = [strip_tags(cell).strip() for cell in re.findall(r"<td class=\"mut full\">(.*?)</td>", table, re.DOTALL)]
    return results[::-1], " ".join(strip_tags(page.split("<dt>Last change</dt>")[1].split("</div>")[0]).split())


def test_what_came_back_and_what_left_with_its_branch_is_not_new(scan, shop, registered, client):
    scan()
    shop.commit({"shop/ask.py": "x = 1\n"})
    scan()
    shop.commit({"shop/ask.py": SHOP})
    scan()
    shop.branch("next")
    shop.commit({"shop/ask.py": None})
    Repository.objects.update(branch="next")
    scan()
    results, last = told(client, registered)
    assert results == ["1 found", "1 resolved", "1 came back", "1 left with the branch"]
    assert last.endswith("1 left with the branch")


def test_what_the_rules_took_and_gave_is_said_to_be_theirs(scan, shop, registered, client):
    scan()
    # As earlier rules might have told the same code.
    registered.findings.update(call_hash="0" * 64, shape_hash="0" * 64, scope="other", line=1, callee="other")
    Repository.objects.update(applied_engine="0.0.1")
    scan()
    results, _ = told(client, registered)
    assert results[-1] == "1 new by rules of ours, 1 gone by new rules of ours"


def test_what_a_forced_push_took_away_was_seen(scan, shop, registered, client):
    scan()
    shop.reset(shop.commit({"README.md": "Begun anew.\n", "shop/ask.py": None}, parents=[]))
    scan()
    results, last = told(client, registered)
    assert results[-1] == "1 lost to rewritten history"
    assert last.endswith("1 lost to rewritten history")
    page = client.get(registered.get_absolute_url()).content.decode()
    assert "no call was ever seen" not in page
    assert page.split("<dt>Last found</dt><dd>")[1].startswith("1 lost to rewritten history")
