"""A child that reads for all tests of a file, and a repository to fill."""

import pytest

from audits.sandbox import Sandbox
from tests.gitbuild import RepositoryBuilder


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as child:
        yield child


@pytest.fixture
def builder(tmp_path):
    return RepositoryBuilder(tmp_path / "repo.git")
