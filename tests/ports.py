"""A port for a server that wants to be told one."""

import os
import random
import socket
from contextlib import suppress

FIRST, LAST, SHARES = 20_000, 30_000, 32


def free_port() -> int:
    """One on loopback that is free now, below the range from which a system gives ports to whoever binds none.

    Each process of a test run has ports of its own, so that none takes what another has chosen and not bound yet.
    """
    number = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 0) % SHARES
    share = range(FIRST, LAST)[number::SHARES]
    while True:
        port = random.SystemRandom().choice(share)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
