import pytest

from audits.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(deadline=30) as sandbox:
        yield sandbox
