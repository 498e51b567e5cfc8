import pytest

from audits.gitstore import Remote
from tests.gitbuild import RepositoryBuilder
from tests.gitserver import GitServer, make_keys


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def served(tmp_path):
    """The folder that the server serves."""
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def server(served, keys):
    with GitServer(served, keys) as server:
        yield server


@pytest.fixture
def shop(served):
    """A repository with one commit, inside the served folder."""
    builder = RepositoryBuilder(served / "shop.git")
    builder.commit({"a.py": "import cohere\n", "sub/b.py": "x = 1\n"})
    return builder


@pytest.fixture
def remote(server):
    """Makes a Remote of a served repository by name."""

    def make(name="shop.git", **more):
        return Remote(server.url(name), pin=server.pin, authorities=str(server.authority), **more)

    return make


@pytest.fixture
def mirrors(tmp_path):
    return tmp_path / "mirrors"
