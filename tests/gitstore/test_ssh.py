"""What ssh is told: a fake one on PATH writes it down, and a real server takes it seriously."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from audits.gitstore import GitError, Mirror, Remote, environment, ls_remote, ssh
from audits.gitstore.remote import variables
from tests.gitbuild import RepositoryBuilder
from tests.ports import free_port
from tests.waiting import reached

URL = "ssh://git@git.example.test:2222/a/b"
PIN = "git.example.test:2222:127.0.0.1"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nSECRETCANARY123\n-----END OPENSSH PRIVATE KEY-----\n"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXGLSDtoPYwaLWsTgLBP7pQ1ZEZJ0NSMa5bJ0Hn4Gla"


def test_the_key_is_a_private_file_in_memory_for_the_time_of_the_call():
    with variables(Remote(URL, pin=PIN, private_key=KEY, host_keys=(HOST_KEY,))) as env:
        command = shlex.split(env["GIT_SSH_COMMAND"])
        path = Path(command[command.index("-i") + 1])
        assert path.read_text() == KEY
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert Path("/dev/shm") in path.parents or not os.access("/dev/shm", os.W_OK)
        assert (path.parent / "known_hosts").read_text() == f"[git.example.test]:2222 {HOST_KEY}\n"
        assert "SECRETCANARY123" not in str(env)
    assert not path.parent.exists()


def test_it_is_gone_too_when_the_call_fails():
    with pytest.raises(GitError), variables(Remote(URL, pin=PIN, private_key=KEY)) as env:
        raise GitError("network", "broken off")
    assert not Path(shlex.split(env["GIT_SSH_COMMAND"])[-1]).exists()


def test_what_a_killed_worker_left_is_swept():
    with ssh.command(PIN, KEY, (), "/dev/null") as command:
        folder = Path(shlex.split(command)[-1]).parent
        left = Path(tempfile.mkdtemp(prefix="lastcall-ssh-left", dir=folder.parent))
        (left / "key").write_text(KEY)
        with ssh.command(PIN, KEY, (), "/dev/null"):
            assert left.exists()
        os.utime(left, (time.time() - 7200, time.time() - 7200))
        with ssh.command(PIN, KEY, (), "/dev/null"):
            assert not left.exists()
        assert folder.exists()


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Every ssh writes down what it is given and lets nobody in."""
    folder, log = tmp_path / "bin", tmp_path / "log"
    folder.mkdir()
    (folder / "ssh").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{log}\nenv >>{log}\nexit 255\n')
    (folder / "ssh").chmod(0o755)
    monkeypatch.setattr(environment, "_TOOLS_PATH", f"{folder}:/usr/bin:/bin")
    return log


def test_neither_words_nor_variables_of_ssh_hold_the_key(fake):
    with pytest.raises(GitError):
        ls_remote(Remote(URL, pin=PIN, private_key=KEY, host_keys=(HOST_KEY,)))
    said = fake.read_text()
    for option in ("BatchMode=yes", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes", "IdentityAgent=none"):
        assert f"\n{option}\n" in said
    for option in ("ProxyCommand=none", "PermitLocalCommand=no", "ClearAllForwardings=yes", "ConnectTimeout=15"):
        assert f"\n{option}\n" in said
    # A host that falls silent ends it, and what the machine itself trusts is no proof of a host.
    for option in (
        "ServerAliveInterval=15",
        "ServerAliveCountMax=3",
        "GlobalKnownHostsFile=/dev/null",
        "CheckHostIP=no",
    ):
        assert f"\n{option}\n" in said
    assert said.startswith("-F\n/dev/null\n")
    assert "\nHostName=127.0.0.1\n" in said
    assert "SECRETCANARY123" not in said


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    """A real server on loopback that lets one key in, to serve repositories: (port, private key, host key)."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("ssh-keygen") is None:
        reason = "no sshd: `apt-get install openssh-server` to run the tests against a real SSH server"
        (pytest.fail if os.environ.get("REQUIRE_SSHD") else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("sshd")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "authorized").write_text((folder / "user.pub").read_text())
    port = free_port()
    options = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "authorized",
        "PidFile": "none",
        "UsePAM": "no",
        "StrictModes": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
    }
    (folder / "config").write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    # The server drops its rights into a folder that only its package's service makes.
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, "-D", "-e", "-f", folder / "config"], stderr=log)
    try:
        _wait_for(port, server, folder / "log")
        yield port, (folder / "user").read_text(), " ".join((folder / "host.pub").read_text().split()[:2])
    finally:
        server.terminate()
        server.wait()


def _wait_for(port, server, log):
    def listens():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    assert reached(lambda: server.poll() is not None or listens()), "sshd does not start"
    assert server.poll() is None, f"sshd has ended: {log.read_text(errors='replace')[-500:]}"


@pytest.fixture
def at(sshd, tmp_path):
    """`at(builder)` is the remote of a repository that the server serves."""
    port, key, host_key = sshd

    def remote(builder, **more):
        name = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        values = {"private_key": key, "host_keys": (host_key,), **more}
        return Remote(
            f"ssh://{name}@git.example.test:{port}{builder.path}", pin=f"git.example.test:{port}:127.0.0.1", **values
        )

    return remote


@pytest.fixture
def shop(tmp_path):
    builder = RepositoryBuilder(tmp_path / "shop.git")
    builder.commit({"a.py": "import cohere\n"})
    return builder


def refusal(remote):
    with pytest.raises(GitError) as caught:
        ls_remote(remote)
    return caught.value


def test_a_repository_is_fetched_over_ssh(at, shop, mirrors):
    tip = ls_remote(at(shop))
    assert tip.commit == shop.tip
    with Mirror(mirrors, "k") as mirror:
        mirror.fetch(at(shop), tip)
        assert mirror.has(shop.tip)


def test_a_server_whose_key_nobody_entered_is_unknown(at, shop):
    error = refusal(at(shop, host_keys=(), known_hosts="/dev/null"))
    assert error.kind == "host_key_unknown"
    assert "Settings, Credentials" in error.message


def test_a_server_with_another_key_is_not_believed(at, shop):
    assert refusal(at(shop, host_keys=(HOST_KEY,))).kind == "host_key_changed"


def test_a_key_that_the_server_does_not_know_is_refused(at, shop, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    error = refusal(at(shop, private_key=(tmp_path / "other").read_text()))
    assert error.kind == "auth_failed"
    assert "refused the SSH key" in error.message


def test_without_a_key_it_says_that_none_is_set_and_where_to_add_one(at, shop, mirrors):
    tip = ls_remote(at(shop))
    with Mirror(mirrors, "k") as mirror, pytest.raises(GitError) as caught:
        mirror.fetch(at(shop, private_key=""), tip)
    for error in (refusal(at(shop, private_key="")), caught.value):
        assert error.kind == "auth_failed"
        assert "none is set here" in error.message
        assert "Address and access" in error.message


def test_a_repository_that_is_not_there_is_not_found(at, shop, tmp_path):
    shutil.rmtree(shop.path)
    error = refusal(at(shop))
    assert error.kind == "not_found"
    assert not re.search(r"[0-9a-f]{20}", error.message)
