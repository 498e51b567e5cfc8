"""Where the embedded broker listens, and how each client names a broker."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit


def broker_socket(data_dir: Path) -> Path:
    """Where the embedded broker listens. A unix socket's path holds 107 bytes on Linux and 103 on macOS."""
    path = data_dir / "broker.sock"
    if len(os.fsencode(path)) <= 100:
        return path
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lastcall-{os.getuid()}-{name}" / "broker.sock"


def kombu_url(url: str, database: int) -> str:
    """kombu wants redis+socket://PATH?virtual_host=N where redis-py wants unix://PATH?db=N."""
    if url.startswith("unix://"):
        return f"redis+socket://{urlsplit(url).path}?virtual_host={database}"
    return url
