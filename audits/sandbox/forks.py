"""The process that loads the parser and forks the children; it reads no byte of a repository.

Its standard input is a socket of questions, see `protocol.ASKED`: to fork is answered with the process id of a new
child that reads requests from the one pipe and answers into the other, the rest with a child's exit code or ALIVE. The
end of the socket ends it, and the kernel then ends its children.
"""

import gc
import os
import signal
import socket

from audits.engine.facts import FileKind
from audits.engine.steps import extract
from audits.sandbox import child
from audits.sandbox.protocol import ALIVE, ASKED, FORKED, STATUS

# Modules that are loaded at their first use are loaded by this.
_SAMPLE = b"import cohere\n\nco = cohere.Client()\nprint(co.generate(prompt='Hi').generations[0].text)\n"


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
        message, descriptors, _, _ = socket.recv_fds(control, ASKED.size, 2, socket.MSG_WAITALL)
        if len(message) < ASKED.size:
            return
        pid, deadline = ASKED.unpack(message)
        if pid:
            control.sendall(STATUS.pack(_code(pid)))
        else:
            control.sendall(FORKED.pack(_fork(control, deadline, *descriptors)))


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
