"""The web process as a fork of the one that has Django loaded: to load it once more is half of the wait for a page."""

import os
import signal
import sys

from gunicorn.app.wsgiapp import run

from .plan import web_options
from .processes import die_with_parent, fresh, log_of


def fork(logs: str, bind: str, port: int, held: int) -> int:
    """The process id of a gunicorn in its own session. It lets go of `held`, the lock, which is not for children.

    Everything that it is to know must be loaded as it now is: settings, keys, static files. No thread and no connection
    may be open, since a fork shares both.
    """
    ask_to_die = die_with_parent(signal.SIGTERM)
    log = fresh(log_of(logs, "web"))
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    if ask_to_die is not None:
        ask_to_die()
    os.close(held)
    _redirect(os.fspath(log))
    sys.argv = ["gunicorn", *web_options(bind, port)]
    run()
    sys.exit(0)


def _redirect(log: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    null, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(null)
    os.close(output)
