import pytest
from cryptography.fernet import Fernet

from audits import credentials, intake, scans
from audits.models import CredentialKind, Scan
from tests.gitbuild import RepositoryBuilder
from tests.gitserver import GitServer, make_keys
from tests.scans.conftest import SHOP, rung
from tests.web import rows

__all__ = ["rung"]
CANARY = "SECRETCANARY123"


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(autouse=True)
def credential_keys(settings):
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]


@pytest.fixture
def lead(db):
    return rows.person("lead")


@pytest.fixture
def served(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    builder = RepositoryBuilder(folder / "shop.git")
    builder.commit({"shop/ask.py": SHOP})
    return folder


@pytest.fixture
def server(served, keys, settings, tmp_path):
    """A git server that asks for a password, which this installation knows as one of its own network."""
    with GitServer(served, keys) as server:
        server.mode = "auth"
        server.password = ("oauth2", CANARY)
        settings.INTERNAL_GIT_HOSTS = [server.place]
        settings.INTERNAL_GIT_AUTHORITIES = str(server.authority)
        settings.MIRROR_ROOT = tmp_path / "mirrors"
        yield server


@pytest.fixture
def private(server, lead, rung):
    """The registered repository, without a credential."""
    return intake.register(f"https://{server.place}/shop.git", user=lead, scan=False)


@pytest.fixture
def token(server, lead):
    """`token(text)` stores a token for the server's repositories, or for one of them."""

    def store(text=CANARY, repository=None, place=""):
        kind = CredentialKind.TOKEN
        return credentials.store(kind, place or server.place, text, username="oauth2", repository=repository, user=lead)

    return store


@pytest.fixture
def scan(private):
    def run() -> Scan:
        asked = scans.request_scan(private)
        scans.run_scan(asked.pk)
        asked.refresh_from_db()
        return asked

    return run
