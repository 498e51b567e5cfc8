"""What every test may use. Real rows, real git, real processes: nothing of our own is replaced by a double."""

import importlib.util
import os
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.postgres import NoServer, Server

# Playwright's synchronous interface runs an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.load_profile("suite")

LAST_SECONDS = timedelta(seconds=45)

pytest_plugins = [name for name in ("tests.broker", "tests.faults.ledger") if importlib.util.find_spec(name)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    browser = Path(__file__).parent / "browser"
    for item in items:
        if browser in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """No test begins in the last seconds of a day: what it calls today is the same day when it ends."""
    while (timezone.localtime() + LAST_SECONDS).date() != timezone.localdate():
        time.sleep(0.5)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["TEST_DATA_DIR"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Starts PostgreSQL when the run asks for it: the same tests, the same ids, the other database."""
    if settings.TEST_DATABASE != "postgres":
        yield
        return
    server = Server(Path(settings.DATABASES["default"]["HOST"]))
    try:
        server.start()
    except NoServer as error:
        server.stop()
        (pytest.fail if os.environ.get("REQUIRE_POSTGRES") else pytest.skip)(str(error))
    yield
    connection.close()
    server.stop()


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """DATABASE_URL of the test database, for a process that the test starts (rows must be committed: no `db`)."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    port = f":{values['PORT']}" if values["PORT"] else ""
    password = f":{quote(values['PASSWORD'], safe='')}" if values["PASSWORD"] else ""
    # A folder as host (a unix socket) makes two slashes after the account, which is how django-environ wants it.
    return f"postgres://{values['USER']}{password}@{values['HOST']}{port}/{values['NAME']}".replace("@/", "@//")
