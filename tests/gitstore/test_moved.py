import pytest

from audits.gitstore.moved import same_host
from audits.gitstore.remote import GitError, ls_remote
from tests.gitserver import HOST

pytestmark = pytest.mark.hostile
HERE = "https://git.example.test:8443/acme/shop.git"
ELSEWHERE = "The server sends visitors of this address elsewhere"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://git.example.test:8443/new/shop.git/info/refs?service=git-upload-pack", "/new/shop.git"),
        ("/new/shop/info/refs?service=git-upload-pack", "/new/shop"),
        ("https://GIT.example.test:8443/new/shop", "/new/shop"),
        ("https://git.example.test/new/shop.git", ""),
        ("http://git.example.test:8443/new/shop.git", ""),
        ("https://evil.example/new/shop.git", ""),
        ("https://git.example.test:8443@evil.example/x", ""),
        ("https://user:word@git.example.test:8443/new/shop", ""),
        ("https://git.example.test:99999999/x", ""),
        ("//evil.example/x", ""),
        ("javascript:alert(1)", ""),
        ("/acme/shop.git/info/refs?again", ""),
        ("/" + "x" * 400, ""),
        ("/sh\u202eop", ""),
    ],
)
def test_only_an_address_on_the_same_host_is_shown(location, target):
    assert same_host(HERE, location) == (target and f"https://git.example.test:8443{target}")


def told(remote):
    with pytest.raises(GitError) as raised:
        ls_remote(remote)
    assert raised.value.kind == "moved"
    # Registered a second time it would begin anew, and the findings of before would stay where nobody looks.
    assert raised.value.message.endswith(
        "A lead enters that address under Address and access, so that the findings stay."
    )
    return raised.value.message


def test_a_person_is_told_where_on_its_host_a_repository_has_moved(server, remote):
    server.mode, server.target = "redirect", f"https://{HOST}:{server.port}/new"
    assert f"is at https://{HOST}:{server.port}/new/shop.git now" in told(remote())
    assert all("/new/" not in path for path, _ in server.log)


@pytest.mark.parametrize("target", ["https://127.0.0.1:9", "https://evil.example", ""])
def test_another_host_is_not_named(server, remote, target):
    server.mode, server.target = "redirect", target
    assert told(remote()).startswith(ELSEWHERE)


def test_a_token_is_in_no_word_of_it(server, remote):
    server.mode, server.target = "redirect", "/new"
    text = told(remote(header="Authorization: Basic U0VDUkVUQ0FOQVJZMTIz"))
    assert "/new/shop.git" in text
    assert "U0VDUkVUQ0FOQVJZMTIz" not in text
