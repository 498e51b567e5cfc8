"""A smart HTTP git server over TLS on loopback that can misbehave in all the ways real ones do.

with GitServer(folder_of_bare_repositories) as server:
    server.mode = "html"                      # for every request from now on; see MODES
    server.url("shop.git")                    # https://git.example.test:PORT/shop.git
    server.pin, server.authority              # what a Remote needs to reach and to trust it
    server.log                                # (path, Authorization header or None) of each request
"""

import base64
import os
import shutil
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.waiting import PATIENCE

HOST = "git.example.test"
# ok: serve; html: a login page; a number: that status; redirect: 302 to `target`; redirect-pack: the same, where a pack
# is asked for; silent: never answer; half: half of a pack, and nothing more until `go` is set; trickle: the other half
# at 4 kB a second; drip: two bytes a second; endless: a list of refs without an end; auth: 401 unless `authorization`
# is sent; files: no git, the files of the repositories as they lie there.
MODES = ("ok", "files", "half", "trickle", "html", "redirect", "redirect-pack", "silent", "drip", "endless", "auth")


class GitServer:
    def __init__(self, root: Path, keys: Path) -> None:
        self.mode = "ok"
        self.target = ""
        self.authorization = ""
        # An old server: it speaks the first protocol, and does not know this of what it can do.
        self.lacks = b""
        # Whether it was silent for so long that it hung up by itself.
        self.tired = False
        self.log: list[tuple[str, str | None]] = []
        self.stopping = threading.Event()
        self.halfway, self.go = threading.Event(), threading.Event()
        self.root = root
        self.authority = keys / "cert.pem"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, keys / "key.pem")
        self._server = _Quiet(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> "GitServer":
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.stopping.set()
        self.go.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, name: str) -> str:
        return f"https://{HOST}:{self.port}/{name}"

    def set_password(self, pair: tuple[str, str]) -> None:
        """Let in whoever sends this user name and password."""
        self.authorization = "Basic " + base64.b64encode(":".join(pair).encode()).decode()

    password = property(None, set_password)

    @property
    def place(self) -> str:
        """Where a worker finds it by its name, once INTERNAL_GIT_HOSTS lists it."""
        return f"localhost:{self.port}"

    @property
    def pin(self) -> str:
        return f"{HOST}:{self.port}:127.0.0.1"


def make_keys(folder: Path) -> Path:
    """A key and a certificate for HOST made on the spot; skips the test where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: `apt-get install openssl` to run the tests against a git server")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", f"/CN={HOST}"]
    subprocess.run([*command, "-addext", f"subjectAltName=DNS:{HOST},DNS:localhost"], check=True, capture_output=True)
    return folder


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    # Git asks a server of plain files for many at once: with Python's five that wait the system refuses some.
    request_queue_size = 128
    owner: GitServer

    def handle_error(self, request, client_address) -> None:
        """Clients that break off are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    """Answers as its server's `mode` says."""

    protocol_version = "HTTP/1.1"
    server: _Quiet

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(body)

    def _answer(self, body: bytes) -> None:
        owner = self.server.owner
        owner.log.append((self.path, self.headers.get("Authorization")))
        self.close_connection = True
        mode = owner.mode
        if mode.isdigit():
            self._send(int(mode), b"no", "text/plain")
        elif mode == "html":
            self._send(200, b"<html><form>Please log in</form></html>", "text/html")
        elif mode == "redirect" or (mode == "redirect-pack" and b"command=fetch" in body):
            self._send(302, b"", "text/plain", Location=owner.target + self.path)
        elif mode == "silent":
            owner.tired = not owner.stopping.wait(PATIENCE)
        elif mode in ("drip", "endless"):
            self._stream(mode)
        elif mode == "auth" and self.headers.get("Authorization") != owner.authorization:
            self._send(401, b"", "text/plain", **{"WWW-Authenticate": 'Basic realm="git"'})
        elif mode == "files":
            file = owner.root / urlsplit(self.path).path.lstrip("/")
            self.close_connection = False
            self._send(*((200, file.read_bytes()) if file.is_file() else (404, b"")), "application/octet-stream")
        else:
            self._serve(body)

    def _stream(self, mode: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        self.end_headers()
        self.wfile.write(b"001e# service=git-upload-pack\n0000")
        number = 0
        while not self.server.owner.stopping.is_set():
            if mode == "drip":
                self.wfile.write(b"00")
                time.sleep(1)
            else:
                lines = (b"%040x refs/heads/b%012d\n" % (number + i + 1, number + i) for i in range(2000))
                self.wfile.write(b"".join(b"%04x" % (len(line) + 4) + line for line in lines))
                number += 2000

    def _send(self, status: int, body: bytes, kind: str, pause: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if pause is not None:
            self.wfile.write(body[:pause])
            self.wfile.flush()
            self.server.owner.halfway.set()
            if self.server.owner.mode == "trickle":
                while pause < len(body) and not self.server.owner.go.wait(0.5):
                    self.wfile.write(body[pause : (pause := pause + 2_000)])
            self.server.owner.go.wait(PATIENCE)
        self.wfile.write(body[pause or 0 :])

    def _serve(self, body: bytes) -> None:
        done = subprocess.run(["git", "http-backend"], input=body, env=self._cgi(len(body)), capture_output=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        if lacks := self.server.owner.lacks:
            content = content.replace(b" %s " % lacks, b" %s " % (b"x" * len(lacks)))
        answer = dict(line.partition(": ")[::2] for line in head.decode().split("\r\n"))
        status = int(answer.get("Status", "200").split()[0])
        kind = answer.get("Content-Type", "text/plain")
        halved = self.server.owner.mode in ("half", "trickle") and b"command=fetch" in body
        self._send(status, content, kind, pause=len(content) // 2 if halved else None)

    def _cgi(self, length: int) -> dict[str, str]:
        """What `git http-backend` is told about the request."""
        parts = urlsplit(self.path)
        return {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.server.owner.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROTOCOL": "" if self.server.owner.lacks else self.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }

    def log_message(self, *arguments) -> None:
        """No lines on standard error."""
