"""A port for a server that wants to be told one."""

import random
import socket
from contextlib import suppress


def free_port() -> int:
    """One on loopback that is free now, below the range from which a system gives ports to whoever binds none."""
    while True:
        port = random.SystemRandom().randrange(20_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
