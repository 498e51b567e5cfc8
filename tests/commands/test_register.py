import io

import pytest
from django.core.management import CommandError, call_command

from audits.models import Repository, Scan

pytestmark = pytest.mark.django_db
SHOP, API = "https://github.com/acme/shop", "https://github.com/acme/api"


def run(*arguments):
    """Lines of standard output and the exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("register", *arguments, stdout=out)
    except CommandError as error:
        code = error.returncode
    return out.getvalue().splitlines(), code


def test_it_writes_the_name_of_each():
    assert run(SHOP, API, "--team", "Payments", "--branch", "main") == (["shop", "api"], 0)
    assert {(r.team.name, r.branch) for r in Repository.objects.all()} == {("Payments", "main")}
    assert not Scan.objects.exists()


def test_it_says_that_it_made_a_team(capsys):
    run(SHOP, "--team", "Payments")
    assert capsys.readouterr().err == "There was no team Payments: it was made.\n"
    run(API, "--team", "Payments")
    assert capsys.readouterr().err == ""


def test_it_writes_why_not_in_its_place_and_registers_the_others():
    lines, code = run(SHOP, "http://x.example/y", API)
    assert (lines[0], lines[2], code) == ("shop", "api", 1)
    assert "write https:// instead" in lines[1]


def test_one_line_stays_one_line_whatever_the_address_holds():
    lines, code = run("/tmp/a\nb\x1b[2J", SHOP)
    assert (len(lines), lines[1], code) == (2, "shop", 1)
    assert lines[0].isprintable()


def test_it_queues_the_first_scan_when_asked():
    assert run(SHOP, "--scan")[1] == 0
    assert Scan.objects.get().state == "queued"


def test_a_name_is_for_one_repository():
    assert run(SHOP, "--name", "The shop") == (["The shop"], 0)
    assert run(API, "https://github.com/acme/x", "--name", "Both") == ([], 2)
    assert Repository.objects.count() == 1
