"""What servers answer, and what is made of it: a commit, or a kind and a sentence; never silence taken for "empty"."""

import shlex
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from audits import hosts
from audits.gitstore import GitError, Mirror, Remote, find_ref, ls_remote, process
from audits.gitstore.environment import environment
from audits.gitstore.errors import redact
from audits.gitstore.remote import variables
from tests.gitbuild import RepositoryBuilder
from tests.gitserver import GitServer
from tests.processes import words
from tests.sandbox.samples import children

TOKEN = "Authorization: Basic b2F1dGgyOlNFQ1JFVENBTkFSWTEyMw=="


def refusal(remote, branch="", timeout=20):
    with pytest.raises(GitError) as caught:
        ls_remote(remote, branch, timeout=timeout)
    assert caught.value.message.endswith(".")
    return caught.value


def test_it_names_the_commit_and_the_branch_of_head(remote, shop):
    tip = ls_remote(remote())
    assert (tip.commit, tip.branch, tip.object_format) == (shop.tip, "main", "sha1")


def test_it_names_the_commit_of_another_branch(remote, shop):
    shop.branch("release/1")
    commit = shop.commit({"c.py": ""})
    assert ls_remote(remote(), "release/1").commit == commit


def test_a_branch_whose_name_only_ends_alike_is_not_taken(remote, shop):
    shop.branch("x/refs/heads/dev")
    assert refusal(remote(), "dev").kind == "branch_not_found"


def test_a_missing_branch_is_answered_with_those_that_exist(remote, shop):
    error = refusal(remote(), "nope")
    assert error.kind == "branch_not_found"
    assert "main" in error.message


def test_a_detached_head_has_a_commit_and_no_branch(remote, shop):
    shop.head(shop.tip)
    tip = ls_remote(remote())
    assert (tip.commit, tip.branch) == (shop.tip, "")


def test_the_object_format_is_told_by_the_id(remote, served):
    builder = RepositoryBuilder(served / "new.git", object_format="sha256")
    builder.commit({"a.py": ""})
    assert ls_remote(remote("new.git")).object_format == "sha256"


def test_a_ref_is_a_branch_a_tag_or_a_commit(remote, shop, mirrors):
    first = shop.tip
    shop.tag("v1", annotated=True)
    shop.tag("v0")
    shop.commit({"a.py": "2"})
    found = {ref: find_ref(remote(), ref) for ref in ("v1", "v0", first, "main", "")}
    assert {ref: tip.commit for ref, tip in found.items()} == {
        "v1": first,
        "v0": first,
        first: first,
        "main": shop.tip,
        "": shop.tip,
    }
    with Mirror(mirrors, "k") as mirror:
        mirror.fetch(remote(), found["v1"])
        assert mirror.has(first)
    for ref in ("nope", "-x", "a:b", "a..b"):
        with pytest.raises(GitError) as caught:
            find_ref(remote(), ref)
        assert caught.value.kind == "branch_not_found"


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("html", "no_commits"),
        ("401", "auth_failed"),
        ("403", "auth_failed"),
        ("404", "not_found"),
        ("429", "rate_limited"),
        ("500", "network"),
        ("503", "rate_limited"),
        ("502", "network"),
        ("auth", "auth_failed"),
    ],
)
def test_each_refusal_of_a_server_has_its_kind(mode, kind, server, remote, shop):
    server.mode, server.authorization = mode, "Basic other"
    assert refusal(remote()).kind == kind


def test_a_repository_without_commits_is_no_commits(remote, served):
    RepositoryBuilder(served / "empty.git")
    assert refusal(remote("empty.git")).kind == "no_commits"


def test_an_empty_folder_is_not_taken_for_a_web_page(served):
    empty = RepositoryBuilder(served / "empty.git")
    error = refusal(Remote(str(empty.path), local=True))
    assert error.message == "The repository has no commit yet. Make a first commit, then scan it."


def test_an_unborn_head_beside_other_branches_names_them(remote, shop):
    shop.head("ref: refs/heads/trunk")
    error = refusal(remote())
    assert error.kind == "no_commits"
    assert "main" in error.message


def test_a_head_that_names_an_odd_ref_has_no_branch(remote, shop):
    shop.ref("refs/odd/place", shop.tip)
    shop.head("ref: refs/odd/place")
    assert ls_remote(remote()).branch == ""


def test_a_repository_that_is_not_there_is_not_found(remote, shop):
    assert refusal(remote("other.git")).kind == "not_found"


@pytest.fixture
def codes(monkeypatch):
    """How git ended each time: by itself, or with the code of a deadline."""
    ended = []

    def run(*arguments, **more):
        done = process.run(*arguments, **more)
        ended.append(done[0])
        return done

    monkeypatch.setattr("audits.gitstore.remote.run", run)
    return ended


@pytest.mark.hostile
@pytest.mark.parametrize("mode", ["silent", "drip", "endless"])
def test_slow_and_endless_answers_end_at_the_deadline(mode, server, remote, shop, codes):
    server.mode = mode
    # Nothing else would end it.
    kind = refusal(remote(patience=3_600), timeout=2).kind
    assert (kind, codes) in [("timed_out", [124]), ("too_large", [])]


@pytest.mark.hostile
def test_a_connection_that_stands_still_ends_before_the_deadline(server, remote, shop, codes):
    server.mode = "drip"
    assert refusal(remote(patience=2), timeout=600).kind == "timed_out"
    assert codes == [128]


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="no util-linux on this machine")
def test_git_has_limits_of_its_own(shop):
    arguments = ["--git-dir", str(shop.path), "cat-file", "--batch"]
    git = process.start(arguments, environment(), timeout=60, stdin=True, file_bytes=4096)
    try:
        # It answers, so it is git by now, whatever came before it.
        git.stdin.write(f"{shop.tip}\n".encode())
        git.stdin.flush()
        assert git.stdout.readline().startswith(shop.tip.encode())
        (child,) = (pid for pid in children(git.pid) if b"cat-file" in words(Path(f"/proc/{pid}")))
        rows = Path(f"/proc/{child}/limits").read_text().splitlines()
    finally:
        process.end(git)
    found = {row[:26].strip(): row[26:47].strip() for row in rows}
    assert found["Max address space"] == str(process.MEMORY)
    assert (found["Max file size"], found["Max core file size"]) == ("4096", "0")


@pytest.mark.hostile
def test_git_is_ended_once_nobody_waits_for_what_it_brings(server, remote, shop):
    server.mode = "silent"
    before = process.given_up.set(lambda: bool(server.log))
    try:
        assert refusal(remote(patience=3_600), timeout=3_600).kind == "given_up"
    finally:
        process.given_up.reset(before)
    # Nothing else ended it.
    assert not server.tired


@pytest.mark.hostile
def test_a_redirect_is_never_followed_and_the_token_never_sent_on(server, served, keys, remote, shop):
    with GitServer(served, keys) as other:
        server.mode, server.target = "redirect", other.url("").rstrip("/")
        assert refusal(remote(header=TOKEN)).kind == "moved"
        assert other.log == []


def test_the_credential_reaches_its_own_host_only_there(server, remote, shop):
    server.mode, server.authorization = "auth", TOKEN.removeprefix("Authorization: ")
    assert ls_remote(remote(header=TOKEN)).commit == shop.tip


def test_a_wrong_token_is_told_without_repeating_it(server, remote, shop):
    server.mode, server.authorization = "auth", "Basic other"
    error = refusal(remote(header=TOKEN))
    assert error.kind == "auth_failed"
    assert "b2F1dGgy" not in error.message


def test_git_connects_to_the_pinned_address_whatever_the_name_says(server, remote, shop):
    # The name does not exist at all: only the pin leads anywhere.
    assert ls_remote(remote()).commit == shop.tip
    unpinned = Remote(server.url("shop.git"), authorities=str(server.authority))
    assert refusal(unpinned).kind == "host_unknown"


def test_a_resolver_that_turns_to_loopback_after_the_check_leads_nowhere(server, shop, monkeypatch):
    """Asked by us it says a public address, asked by git it says 127.0.0.1, as `localhost` does for every program."""
    asked = []

    def public(host, port, **options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.88.99.1", port))]

    url = server.url("shop.git").replace(server.pin.partition(":")[0], "localhost")
    authority = str(server.authority)
    assert ls_remote(Remote(url, authorities=authority)).commit == shop.tip
    server.log.clear()
    monkeypatch.setattr(socket, "getaddrinfo", public)
    pin = hosts.resolve("localhost", server.port, internal=False)
    assert refusal(Remote(url, pin=pin, authorities=authority), timeout=6).kind in ("network", "timed_out")
    assert (asked, server.log) == (["localhost"], [])


def test_a_certificate_that_nobody_vouches_for_is_refused(server, shop):
    assert refusal(Remote(server.url("shop.git"), pin=server.pin)).kind == "tls"


def test_a_closed_port_is_a_network_error():
    assert refusal(Remote("https://127.0.0.1:9/a/b")).kind == "network"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "url",
    [
        *(
            "ext::sh -c touch% PWNED",
            "file:///etc",
            "http://127.0.0.1/x",
            "git://127.0.0.1/x",
            "/srv/repo",
            "--upload-pack=x",
        ),
        *("https::https://h/x", "fd::17", "h:x", "", "https://h/x\ny", "https://h/x y"),
    ],
)
def test_other_schemes_start_no_process(url, monkeypatch):
    monkeypatch.setattr("audits.gitstore.remote.run", lambda *a, **k: pytest.fail("git was started"))
    assert refusal(Remote(url)).kind == "url_not_allowed"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "url", ["file://{shop}", "{shop}", "ext::touch {marker}", "ssh://git@127.0.0.1:9/x", "http://127.0.0.1:9/x"]
)
def test_git_itself_takes_no_other_way_to_a_server_than_the_one_it_is_for(url, remote, shop, tmp_path):
    """A guard behind the grammar of addresses: this one git is given as it stands."""
    marker = tmp_path / "PWNED"
    with variables(remote()) as environment:
        address = url.format(shop=shop.path, marker=marker)
        code, said, errors = process.run(["ls-remote", "--end-of-options", address], environment, timeout=60)
    assert (code, said, "not allowed" in errors) == (128, b"", True)
    assert not marker.exists()


@pytest.mark.hostile
def test_what_the_worker_inherited_has_no_effect(tmp_path, monkeypatch, mirrors, server, remote, shop):
    marker = tmp_path / "PWNED"
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[url "file://{tmp_path}/"]\n\tinsteadOf = https://\n[core]\n\thooksPath = {home}\n'
        f"\tfsmonitor = touch {marker}\n[credential]\n\thelper = !touch {marker}\n"
    )
    (home / ".netrc").write_text("machine git.example.test login canary password SECRETCANARY123\n")
    for name, value in {
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "GIT_DIR": tmp_path / "nowhere",
        "GIT_SSH_COMMAND": f"touch {marker}",
        "GIT_TRACE_CURL": tmp_path / "trace",
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor=touch {marker}'",
        "GIT_OBJECT_DIRECTORY": tmp_path / "objects",
        "https_proxy": "http://127.0.0.1:9",
        "all_proxy": "http://127.0.0.1:9",
        # Shells keep these for themselves, and end where one is to be unset.
        "OPTIND": "1",
        "PPID": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    tip = ls_remote(remote())
    with Mirror(mirrors, "k") as mirror:
        mirror.fetch(remote(), tip)
        with mirror.source(tip.commit) as source:
            assert len(source.entries()) == 2
    assert not marker.exists()
    assert not (tmp_path / "trace").exists()
    assert server.log
    # It asks, and would be content with what the netrc holds.
    server.mode, server.password = "auth", ("canary", "SECRETCANARY123")
    assert refusal(remote()).kind == "auth_failed"
    assert all(authorization is None for _, authorization in server.log)


@pytest.mark.hostile
@pytest.mark.parametrize("ours", [True, False], ids=["", "without the guard"])
def test_what_the_machine_is_configured_to_has_none_either(tmp_path, ours):
    system = tmp_path / "gitconfig"
    system.write_text('[url "https://elsewhere.example/"]\n\tinsteadOf = https://git.example.test/\n')
    # Where git has been told to look for what else lies in /etc, which a test cannot write.
    variables = environment(extra={"GIT_CONFIG_SYSTEM": str(system)})
    if not ours:
        del variables["GIT_CONFIG_NOSYSTEM"]
    found = subprocess.run(["git", "config", "--list"], env=variables, cwd=tmp_path, capture_output=True, text=True)
    assert ("elsewhere.example" in found.stdout) is not ours


@pytest.mark.parametrize(
    "text",
    [
        "fatal: unable to access 'https://oauth2:SECRETCANARY123@h/x'",
        "fatal: unable to access 'https://SECRETCANARY123@h/x'",
        "x?private_token=SECRETCANARY123'",
        "wrong token SECRETCANARY123",
        "header U0VDUkVUQ0FOQVJZMTIz and SECRETCANARY123",
        "glpat-SECRETCANARY123-and-more-than-twenty",
    ],
)
def test_secrets_are_taken_out_of_what_git_says(text):
    said = redact(text, ["Authorization: Bearer SECRETCANARY123"])
    assert "SECRETCANARY123" not in said
    assert "U0VDUkVUQ0FOQVJZMTIz" not in said


@pytest.mark.parametrize("form", ["hunt/r2", "hunt%2Fr2", "aHVudC9yMg==", "aHVudC9yMg"])
def test_a_short_secret_is_taken_out_however_it_is_written(form):
    said = redact(f"remote: {form} is odd", ["Authorization: Bearer hunt/r2"])
    assert form.rstrip("=") not in said
    assert "is odd" in said


@pytest.mark.parametrize("step", ["ls-remote", "fetch"])
def test_a_short_token_that_a_server_repeats_is_taken_out_too(step, server, remote, shop, mirrors, monkeypatch):
    """Too short to be told by its look: only what was sent tells it."""
    private = remote(header="Authorization: Basic b2F1dGgyOmh1bnRlcjI=", hidden=("hunter2",))
    tip = ls_remote(private)

    def run(arguments, *more, **options):
        if step in arguments:
            return 128, b"", "fatal: remote error: hunter2 or b2F1dGgyOmh1bnRlcjI= is odd"
        return process.run(arguments, *more, **options)

    for place in ("remote", "mirror"):
        monkeypatch.setattr(f"audits.gitstore.{place}.run", run)
    with pytest.raises(GitError) as caught, Mirror(mirrors, "k") as mirror:
        mirror.fetch(private, tip if step == "fetch" else ls_remote(private))
    assert "is odd" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert "b2F1dGgyOmh1bnRlcjI" not in caught.value.message


def test_control_characters_and_length_are_bounded():
    said = redact("a\x1b[31m\u202e" + "word " * 1000)
    assert said.isprintable()
    assert len(said) <= 300


@pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh on this machine")
@pytest.mark.parametrize(
    ("pin", "address", "name"),
    [
        ("git.example.test:22:192.0.2.7,192.0.2.8", "192.0.2.7", "git.example.test"),
        ("git.example.test:2222:[2001:db8::7]", "2001:db8::7", "[git.example.test]:2222"),
    ],
)
def test_ssh_connects_to_the_checked_address_and_expects_the_key_of_the_name(pin, address, name):
    port = pin.split(":")[1]
    with variables(Remote(f"ssh://git@git.example.test:{port}/a/b", pin=pin)) as environment:
        command = [*shlex.split(environment["GIT_SSH_COMMAND"]), "-G", "-p", port, "git@git.example.test"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert f"hostname {address}" in said
    assert f"hostkeyalias {name}" in said
    assert "stricthostkeychecking true" in said
