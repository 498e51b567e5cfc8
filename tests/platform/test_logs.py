"""What is written into logs: the ids of what it is about, one line of JSON an event, and nothing secret."""

import base64
import io
import json
import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client
from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars

from audits.models import Scan
from migrator_site.logs import HIDDEN, Formatter, WithoutRefusals, sieve
from migrator_site.weblog import WebLogger
from tests.faults.conftest import make  # noqa: F401  (a fixture)
from tests.waiting import PATIENCE, wait_for
from tests.web import rows

CANARY = "SECRETCANARY123"
ENCODED = base64.b64encode(f"x-access-token:{CANARY}".encode()).decode()


@pytest.fixture(params=["text", "json"])
def log(request):
    """A logger whose lines can be read back, in both styles: `log.lines()`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(request.param, [CANARY]))
    logger = logging.getLogger(f"tests.logs.{request.param}")
    logger.propagate, logger.handlers = False, [handler]
    logger.setLevel("DEBUG")
    logger.lines = lambda: stream.getvalue()
    logger.style = request.param
    return logger


@pytest.mark.parametrize(
    "text",
    [
        CANARY,
        f"Authorization: Basic {ENCODED}",
        f"authorization=bearer {CANARY}x",
        f'{{"Authorization": "Bearer {CANARY}x"}}',
        f"http.https://git.example/.extraHeader=Authorization: Basic {ENCODED}",
        f"fatal: unable to access 'https://user:{CANARY}x@git.example/a.git/'",
        f"https://{CANARY}x@git.example/a.git",
        f"https://git.example/a.git?private_token={CANARY}x&page=2",
        f"password={CANARY}x",
        f"'api_key': '{CANARY}x'",
        f"Cookie: sessionid={CANARY}x",
        f"ghp_{CANARY}abcdef",
        f"glpat-{CANARY}",
        f"-----BEGIN OPENSSH PRIVATE KEY-----\\n{CANARY}x",
    ],
)
def test_a_secret_in_whatever_words_is_hidden(log, text):
    log.warning("It said: %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("It failed")
    written = log.lines()
    for secret in (CANARY, ENCODED):
        assert secret not in written
    assert HIDDEN in written
    if log.style == "json":
        assert all(json.loads(line)["event"] for line in written.splitlines())


@pytest.mark.parametrize("password", ['quo"te-back\\slash', "p/w@d%zz:#?", "ümläut-passwort"])
def test_a_secret_of_our_own_is_hidden_in_every_spelling(password):
    formatter = Formatter("json", [password])
    for text in (password, json.dumps(password), base64.b64encode(password.encode()).decode()):
        record = logging.LogRecord("x", logging.INFO, "x.py", 1, "said %s", (text,), None)
        line = formatter.format(record)
        assert password not in line
        assert json.dumps(password)[1:-1] not in line


@pytest.mark.parametrize(
    "text",
    [
        "Task audits.tasks.reap[5a644d01-7efb-42fa-ab36-dc642ad813ec] succeeded in 0.02 s: None",
        "commit 3fa92c1f6e3a8b1d0c2e4f5a6b7c8d9e0f1a2b3c on main",
        "Check the address and the token.",
        "https://github.com/acme/shop.git",
    ],
)
def test_what_is_no_secret_stays(text):
    assert sieve(text) == text


@given(st.text(max_size=200))
def test_a_line_of_json_stays_one_whatever_is_said(text):
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "said %s", (text,), None)
    line = Formatter("json").format(record)
    assert "\n" not in line
    assert json.loads(line)["level"] == "info"


def test_a_line_names_what_it_is_about(log):
    with bound_contextvars(scan=7, repository=4):
        log.info("The scan begins")
    log.info("Nothing")
    first, second = log.lines().splitlines()
    if log.style == "json":
        assert (json.loads(first)["scan"], json.loads(first)["repository"]) == (7, 4)
        assert "scan" not in json.loads(second)
    else:
        assert "scan=7" in first
        assert "scan=" not in second


@pytest.mark.parametrize(("status", "traced"), [(403, False), (500, True)])
def test_a_refused_request_is_no_error_with_a_traceback(status, traced):
    assert "refusals" in django_settings.LOGGING["loggers"]["django.request"]["filters"]
    record = logging.makeLogRecord({"msg": "Forbidden", "status_code": status, "exc_info": (ValueError, None, None)})
    assert WithoutRefusals().filter(record)
    assert bool(record.exc_info) is traced


@pytest.mark.django_db
class TestRequests:
    @pytest.fixture
    def said(self, monkeypatch):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(Formatter("json"))
        monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [handler])
        return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]

    def test_each_has_an_id_that_its_answer_and_its_lines_carry(self, client: Client, said):
        ada = rows.person("viewer")
        client.force_login(ada)
        answer = client.get("/repositories/999/")
        (line,) = said()
        assert (line["request"], line["user"], line["path"]) == (answer["X-Request-ID"], ada.pk, "/repositories/999/")
        assert client.get("/repositories/")["X-Request-ID"] != answer["X-Request-ID"]

    @pytest.mark.parametrize(("sent", "kept"), [("abc-12345", True), ("a b", False), ("x" * 65, False), ("", False)])
    def test_a_proxy_may_name_it(self, client: Client, sent: str, kept: bool):
        assert (client.get("/healthz", headers={"X-Request-ID": sent})["X-Request-ID"] == sent) is kept

    def test_what_was_bound_to_one_is_not_said_of_the_next(self, client: Client, said):
        client.force_login(rows.person("viewer"))
        client.get("/repositories/999/")
        Client().get("/nowhere/")
        assert "user" not in said()[-1]


def of_json(log):
    """Every line of a process, each of which must be an object."""
    lines = [json.loads(line) for line in log.splitlines()]
    assert all({"event", "level", "timestamp", "logger"} <= line.keys() for line in lines)
    return lines


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_a_worker_writes_json_alone_from_its_start_to_its_end(make, start_worker):  # noqa: F811
    worker = start_worker(LOG_FORMAT="json")
    scan = make("shop").scans.get()
    wait_for(lambda: Scan.objects.get(pk=scan.pk).state == "done", "the scan does not end")
    wait_for(lambda: "The scan is done" in worker.log, "the worker does not say so")
    worker.process.terminate()
    worker.process.wait(timeout=PATIENCE)
    lines = of_json(worker.log)
    about = [line for line in lines if line["event"].startswith("The scan ")]
    assert [(line["scan"], line["repository"]) for line in about] == [(scan.pk, scan.repository_id)] * 2
    said = " ".join(line["event"] for line in lines)
    for words in ("ready.", "received", "succeeded in", "Warm shutdown"):
        assert words in said
    assert django_settings.SECRET_KEY not in worker.log


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_so_does_beat(broker, database_url, tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "migrator_site.settings", "LOG_FORMAT": "json"}
    environment |= {"DATABASE_URL": database_url, "DATA_DIR": str(django_settings.DATA_DIR)}
    command = [sys.executable, "-m", "celery", "-A", "migrator_site", "beat", "--pidfile=", "--loglevel", "INFO"]
    log = tmp_path / "beat.log"
    with log.open("wb") as file:
        beat = subprocess.Popen(
            command, cwd=django_settings.BASE_DIR, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        # Before its schedule is read Celery forgets that it was told to end.
        wait_for(lambda: "Schedule changed" in log.read_text() or beat.poll() is not None, "beat does not start")
        beat.terminate()
        beat.wait(timeout=PATIENCE)
    finally:
        beat.kill()
    assert of_json(log.read_text())[0]["event"] == "beat: Starting..."


def test_with_debug_django_writes_no_line_a_second_time():
    for name in ("django", "django.request"):
        assert not [each for each in logging.getLogger(name).handlers if type(each) is logging.StreamHandler]


class TestGunicorn:
    @pytest.fixture
    def theirs(self):
        logger = logging.getLogger("gunicorn.error")
        before = list(logger.handlers)
        yield logger
        logger.handlers = before

    def test_where_the_settings_are_loaded_their_handler_writes_alone(self, theirs):
        settings_handler = logging.StreamHandler()
        theirs.handlers = [settings_handler]
        WebLogger(Config())
        assert theirs.handlers == [settings_handler]

    def test_where_they_are_not_it_writes_as_they_would(self, theirs, monkeypatch, capsys):
        theirs.handlers = []
        monkeypatch.setenv("LOG_FORMAT", "json")
        WebLogger(Config()).info("Listening at: %s", "here")
        told = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
        assert told == ["Listening at: here"]
