"""The process that loads the parser and forks the children; it reads no byte of a repository.

Its standard input is a socket of messages: `{"deadline": seconds}` with two pipe ends is answered with the process id
of a new child that reads requests from the one and answers into the other, `{"wait": pid}` with a child's exit code or
ALIVE. The end of the socket ends it, and the kernel then ends its children.
"""

import gc
import json
import os
import signal
import socket

from audits.engine.facts import FileKind
from audits.engine.steps import extract
from audits.sandbox import child
from audits.sandbox.protocol import ALIVE, FORKED, STATUS

# Modules that are loaded at their first use are loaded by this.
_SAMPLE = b"import cohere\n\nco = cohere.Client()\nprint(co.generate(prompt='Hi').generations[0].text)\n"
_MESSAGE = 4_096


def main(parent: int) -> None:
    """Serve until the parent is gone."""
    child.die_with(parent)
    control = socket.socket(fileno=os.dup(0))
    extract(FileKind.PYTHON, _SAMPLE)
    gc.collect()
    gc.freeze()
    child.redirect_standard_streams()
    control.send(b"r")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE, 2)
        if not message:
            return
        asked = json.loads(message)
        if "wait" in asked:
            control.send(STATUS.pack(_code(asked["wait"])))
        else:
            control.send(FORKED.pack(_fork(control, asked["deadline"], *descriptors)))


def _code(pid: int) -> int:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return -signal.SIGKILL
    return os.waitstatus_to_exitcode(status) if ended else ALIVE


def _fork(control: socket.socket, deadline: float, requests: int, replies: int) -> int:
    me = os.getpid()
    pid = os.fork()
    if pid:
        os.close(requests)
        os.close(replies)
        return pid
    code = 1
    try:
        os.setsid()
        control.close()
        child.die_with(me)
        child.serve(deadline, requests, replies)
        code = 0
    finally:
        os._exit(code)
