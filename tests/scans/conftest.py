import pytest

from audits import scans
from audits.intake import register
from audits.models import Scan
from tests.gitbuild import RepositoryBuilder

SHOP = """\
import cohere

co = cohere.Client("key")


def ask(question):
    return co.generate(prompt=question, temperature=0.5, logit_bias={1: 2})
"""


@pytest.fixture
def rung(monkeypatch):
    """Ids in the messages that would be sent; nobody listens."""
    messages = []
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: messages.append(args[0]))
    return messages


@pytest.fixture
def roots(settings, tmp_path):
    """Repositories may be registered from tmp_path; mirrors go beside them."""
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    return tmp_path


@pytest.fixture
def shop(roots):
    builder = RepositoryBuilder(roots / "shop.git")
    builder.commit({"shop/ask.py": SHOP, "README.md": "A shop\n"})
    return builder


@pytest.fixture
def registered(db, rung, shop):
    return register(str(shop.path), scan=False)


@pytest.fixture
def scan(registered):
    """`scan()` runs a scan of the registered repository in this process and returns its row."""

    def run() -> Scan:
        asked = scans.request_scan(registered)
        scans.run_scan(asked.pk)
        asked.refresh_from_db()
        registered.refresh_from_db()
        return asked

    return run
