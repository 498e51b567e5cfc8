"""First stage of the process that forks the children: run by path, takes their limits on and becomes the second stage.

A stage of its own because the stack's size is fixed when a program starts, and because nothing may run between fork and
exec in a worker that holds threads and locks.

Arguments: memory in bytes, the parent's process id, the project's folder.
"""

import contextlib
import os
import resource
import sys

STACK = 64 * 1024**2
FILES = 64

SECOND_STAGE = """
import sys
sys.path.insert(0, sys.argv[3])
from audits.sandbox.forks import main
main(int(sys.argv[2]))
"""


def take_on(memory: int) -> None:
    """Bound memory, stack, descriptors, file sizes and core files of this process for good."""
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_STACK: STACK,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in wanted.items():
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        with contextlib.suppress(OSError, ValueError):  # a system that lacks one limit keeps the others
            resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    take_on(int(sys.argv[1]))
    os.execv(sys.executable, [sys.executable, "-I", "-B", "-c", SECOND_STAGE, *sys.argv[1:]])  # noqa: S606
