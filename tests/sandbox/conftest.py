import pytest

from audits.sandbox import Sandbox
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(deadline=PATIENCE) as sandbox:
        yield sandbox
