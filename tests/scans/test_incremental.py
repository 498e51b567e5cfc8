"""What scan after scan of a growing repository says is what one scan of its last commit says, from nothing."""

import random
import shutil

import pytest
from django.utils import timezone

from audits import scans
from audits.intake import register
from audits.models import BlobFacts, Finding, FindingParameter, Scan
from audits.scans import findings
from tests.gitbuild import RepositoryBuilder
from tests.scans.conftest import SHOP

CLIENT = "import cohere\n\nco = cohere.Client('k')\n"
ASK = "from lib.client import co\n\n\ndef ask{n}(text):\n    return co.generate(prompt=text, temperature=0.{n})\n"
COLUMNS = (
    *("path", "line", "end_line", "column", "cell", "scope", "callee", "digest", "kind", "language", "platform"),
    *(
        "confidence",
        "method",
        "client",
        "model",
        "call_hash",
        "shape_hash",
        "hash_version",
        "ways",
        "snippet",
        "detail",
    ),
    *("area", "owners", "fingerprint"),
)
# What the edits of a file do, each by its number: a commit may do several.
EDITS = (
    lambda text, n: f"# {n}\n{text}",
    lambda text, n: f"{text}\n# {n}\n",
    lambda text, n: text.replace("temperature=0.", f"max_tokens={n}, temperature=0."),
    lambda text, n: text.replace("prompt=text", f"prompt=text + {str(n)!r}"),
    lambda text, n: text.replace("Client(", "ClientV2(") if "ClientV2" not in text else text.replace("V2(", "("),
    lambda text, n: text.replace("lib.client import co", "lib.other import co"),
    lambda text, n: text + SHOP,
    lambda text, n: text.replace("return co.generate", "return co.chat"),
)


def rows(repository):
    """All that the present findings of a repository say by their code."""
    there = Finding.objects.filter(repository=repository, presence="present").order_by("path", "line", "column", "kind")
    given = FindingParameter.objects.filter(finding__in=there).order_by("finding__path", "finding__line", "name")
    return list(there.values(*COLUMNS)), list(given.values_list("finding__path", "name", "verdict", "in_the_way"))


def from_nothing(builder):
    """The same by one scan of a repository of which nothing is known."""
    BlobFacts.objects.all().delete()
    copy = builder.path.with_name("twin.git")
    shutil.copytree(builder.path, copy)
    twin = register(str(copy), scan=False)
    asked = Scan.objects.create(repository=twin, queued_at=timezone.now())
    scans.run_scan(asked.pk)
    found = rows(twin)
    twin.delete()
    shutil.rmtree(copy)
    return found


def changed(files, chance, number):
    """Some files edited, now and then one that comes, goes or moves."""
    for path in chance.sample(sorted(files), 2):
        files[path] = chance.choice(EDITS)(files[path], number)
    deed = chance.randrange(4)
    path = chance.choice(sorted(path for path in files if path.startswith("app/")))
    if deed == 0:
        files[f"app/new{number}.py"] = ASK.format(n=number % 10)
    elif deed == 1 and len(files) > 5:
        del files[path]
    elif deed == 2:
        files[f"app/moved{number}.py"] = files.pop(path)
    return files


@pytest.mark.parametrize("seed", range(3))
def test_scan_after_scan_says_what_one_scan_says(seed, db, tmp_path, settings):
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    chance = random.Random(seed)
    files = {"lib/client.py": CLIENT, "lib/other.py": CLIENT, "README.md": "# co.generate\n", "CODEOWNERS": "* @a\n"}
    files |= {f"app/ask{n}.py": ASK.format(n=n) for n in range(5)}
    builder = RepositoryBuilder(tmp_path / "shop.git")
    builder.commit(dict(files))
    repository = register(str(builder.path), scan=False)
    for number in range(8):
        before = set(files)
        if number:
            files = changed(files, chance, number)
            builder.commit({**files, **dict.fromkeys(before - set(files))})
        row = scans.request_scan(repository)
        scans.run_scan(row.pk)
        row.refresh_from_db()
        assert row.state in ("done", "partial"), row.error_message
        known = list(BlobFacts.objects.all())
        assert rows(repository) == from_nothing(builder)
        BlobFacts.objects.all().delete()
        BlobFacts.objects.bulk_create(known)


def test_a_use_that_nobody_touched_is_not_written_again(scan, shop, registered, monkeypatch):
    shop.commit({f"shop/part{number}.py": SHOP.replace("0.5", f"0.{number}") for number in range(4)})
    scan()
    made = []
    real = findings.fields
    monkeypatch.setattr(findings, "fields", lambda usage: made.append(usage.path) or real(usage))
    shop.commit({"shop/part2.py": f"# One line down\n{SHOP.replace('0.5', '0.2')}"})
    scan()
    assert made == ["shop/part2.py"]
    assert set(registered.findings.values_list("path", "line")) >= {("shop/part2.py", 8), ("shop/part1.py", 7)}


def test_a_row_that_was_made_otherwise_is_written_again(scan, shop, registered, monkeypatch):
    scan()
    Finding.objects.update(snippet="", fingerprint="")
    shop.commit({"README.md": "Other\n"})
    scan()
    assert registered.findings.get().snippet
    Finding.objects.update(end_line=1)
    monkeypatch.setattr("audits.scans.columns.COLUMNS_VERSION", 0)
    shop.commit({"README.md": "Another\n"})
    scan()
    assert registered.findings.get().end_line == 7
