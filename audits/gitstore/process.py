"""Starts git: through GitPython, in a session of its own, with bounds on time, memory, output and files."""

import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from audits.gitstore.environment import tools_path
from audits.gitstore.errors import ERROR_TEXT_LIMIT, sentence

# A machine without git must get a sentence, not an ImportError.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git.cmd import Git
from git.exc import GitCommandNotFound

MEMORY = 2 * 1024**3
FILE_BYTES = 2 * 1024**3
OUTPUT_LIMIT = 8 * 1024**2
_GRACE = 5
_LOOK = 1.0
# What `ulimit -f` counts in.
_BLOCK = 512
# Names that every shell can forget; some shells keep a few of these for themselves, and end where one is to be unset.
_PLAIN = re.compile(r"(?!BASH|SHELLOPTS$|E?UID$|PPID$|OPTIND$)[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# Asked every second by whoever waits for git: once it says yes, nobody wants the answer any more, and git is ended.
given_up: ContextVar[Callable[[], bool]] = ContextVar("given_up", default=lambda: False)


def start(
    arguments: Sequence[str],
    variables: Mapping[str, str],
    *,
    timeout: float,
    stdin: bool = False,
    folder: str = "/",
    file_bytes: int = FILE_BYTES,
    keeps: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start `git arguments…` with exactly these variables; it is ended after `timeout` seconds, five more if deaf.

    It gets the descriptors `keeps`: a lock among them stays closed until git has ended, whatever becomes of us. The
    caller reads the pipes and calls `end`. Raises GitError: `git_missing`, `unreadable` where the system does not
    start it.
    """
    # GitPython adds os.environ to what it is given; names (no values, so no secret) are taken out again.
    inherited = [name for name in os.environ if name and name not in variables]
    command = [*_within(inherited, file_bytes), "timeout", "-k", str(_GRACE), f"{max(timeout, 1):g}", "git", *arguments]
    try:
        wrapped: Any = Git(folder).execute(
            command,
            istream=subprocess.PIPE if stdin else None,
            as_process=True,
            env=dict(variables),
            shell=False,
            start_new_session=True,
            pass_fds=tuple(keeps),
        )
    except GitCommandNotFound as error:
        raise sentence("git_missing") from error
    except (OSError, ValueError) as error:
        # A word that is too long for the system, or holds what no word may.
        raise sentence("unreadable", " It could not be started.") from error
    process: subprocess.Popen[bytes] = wrapped.proc
    wrapped.proc = None  # its own clean-up signals one process; `end` reaches the whole session
    return process


def run(
    arguments: Sequence[str],
    variables: Mapping[str, str],
    *,
    timeout: float,
    folder: str = "/",
    output_limit: int = OUTPUT_LIMIT,
    file_bytes: int = FILE_BYTES,
    keeps: Sequence[int] = (),
    enough: Callable[[bytes], bool] | None = None,
) -> tuple[int, bytes, str]:
    """Run git to its end: exit code, standard output, standard error (its last part).

    Raises GitError: `too_large` when the output passes `output_limit` bytes or `enough` says so of a part of it,
    `timed_out`, `given_up`, and those of `start`.
    """
    process = start(arguments, variables, timeout=timeout, folder=folder, file_bytes=file_bytes, keeps=keeps)
    try:
        output, errors = _collect(process, time.monotonic() + timeout + 2 * _GRACE, output_limit, enough)
        code = process.wait(timeout=2 * _GRACE)
    except subprocess.TimeoutExpired as error:
        raise sentence("timed_out") from error
    finally:
        end(process)
    return code, output, errors.decode(errors="backslashreplace")


def end(process: "subprocess.Popen[bytes]") -> None:
    """End the process with all its children, and close its pipes. Harmless when it has ended."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _within(inherited: Sequence[str], file_bytes: int) -> list[str]:
    """Words before a command: it gets none of the variables `inherited`, and, where the machine has util-linux, limits
    and its end with that of our process.

    `timeout` is what the kernel then tells, and it passes the signal on to git and all that git started. A shell does
    in one program what `env` and `prlimit` would do in two, each of which costs as much as git's own start.
    """
    if not _has_util_linux():
        return ["env", *(f"-u{name}" for name in inherited)]
    plain = [name for name in inherited if _PLAIN.fullmatch(name)]
    odd = [f"-u{name}" for name in inherited if not _PLAIN.fullmatch(name)]
    script = f"ulimit -v {MEMORY // 1024} && ulimit -f {-(-file_bytes // _BLOCK)} && ulimit -c 0 && "
    script += f'unset -v {" ".join(plain)} && exec "$@"'
    return [*(["env", *odd] if odd else []), "sh", "-c", script, "sh", "setpriv", "--pdeathsig", "TERM"]


def _has_util_linux() -> bool:
    # BusyBox has a `setpriv` that knows of no parent, and no `prlimit`.
    return all(shutil.which(name, path=tools_path()) for name in ("prlimit", "setpriv"))


def _collect(
    process: "subprocess.Popen[bytes]", until: float, limit: int, enough: Callable[[bytes], bool] | None
) -> tuple[bytes, bytes]:
    output, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout or 0, selectors.EVENT_READ, output)
        selector.register(process.stderr or 0, selectors.EVENT_READ, errors)
        while selector.get_map():
            left = until - time.monotonic()
            ready = selector.select(min(max(left, 0), _LOOK))
            if given_up.get()():
                raise sentence("given_up")
            if not ready and left <= 0:
                raise sentence("timed_out")
            for key, _ in ready:
                part = os.read(key.fd, 1 << 16)
                if not part:
                    selector.unregister(key.fileobj)
                key.data.extend(part)
                if len(output) > limit or (key.data is output and enough is not None and enough(part)):
                    raise sentence("too_large")
            del errors[:-ERROR_TEXT_LIMIT]
    return bytes(output), bytes(errors)
