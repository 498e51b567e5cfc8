"""What may be registered, and one key for all spellings of a repository."""

import json
from pathlib import Path

import pytest

from audits.hosts import UrlRefused, branch_ok, parse_address

HOSTILE = json.loads((Path(__file__).parent / "hostile_urls.json").read_text())
HOSTS = ["github.com", "gitlab.com", "bitbucket.org"]


def parse(text, hosts=HOSTS, roots=(), ssh=False):
    return parse_address(text, allowed_hosts=hosts, local_roots=roots, ssh=ssh)


@pytest.mark.hostile
@pytest.mark.parametrize("text", HOSTILE)
def test_every_hostile_address_is_refused_with_a_sentence(text):
    with pytest.raises(UrlRefused) as refusal:
        parse(text, ssh=True)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 400


def test_the_hostile_addresses_are_the_whole_corpus():
    assert len(HOSTILE) == 129


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/Org/Repo",
        "https://github.com/org/repo.git",
        "https://GitHub.com/org/repo/",
        "https://github.com:443/org/repo",
        "git@github.com:org/repo.git",
        "ssh://git@github.com/org/repo",
        "ssh://git@github.com:22/org/repo.git/",
    ],
)
def test_all_spellings_of_one_repository_have_one_key(text):
    address = parse(text, ssh=True)
    assert address.key == "github.com/org/repo"
    assert address.name.lower() == "repo"
    assert not address.local


def test_the_path_stays_as_typed_for_git():
    address = parse("https://github.com/Org/Repo.git")
    assert address.url == "https://github.com/Org/Repo.git"
    assert (address.host, address.port, address.scheme, address.path) == ("github.com", None, "https", "Org/Repo.git")


def test_the_short_ssh_form_is_kept_as_an_ssh_address():
    assert parse("git@github.com:org/repo.git", ssh=True).url == "ssh://git@github.com/org/repo.git"


def test_letter_case_matters_on_hosts_we_do_not_know():
    upper, lower = (parse(f"https://git.example.com/{name}/x", hosts=["git.example.com"]) for name in ("A", "a"))
    assert upper.key != lower.key


def test_another_port_is_another_repository():
    assert parse("https://git.example.com:8443/a/b", hosts=["git.example.com"]).key == "git.example.com:8443/a/b"


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/org/.github",
        "https://gitlab.com/group/sub/group/repo",
        "https://bitbucket.org/team/repo_1",
        "https://github.com/a/b-c.d_e~f+g",
        "  https://github.com/org/repo\n",
    ],
)
def test_ordinary_addresses_pass(text):
    assert parse(text).url == text.strip()


def test_azure_addresses_pass_as_they_are():
    text = "https://dev.azure.com/org/project/_git/repo"
    assert parse(text, hosts=["dev.azure.com"]).url == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write the address"),
        ("http://github.com/org/repo", "write https://"),
        ("https://user:token@github.com/org/repo", "Leave user name, password and token out"),
        ("https://github.com/org/repo/tree/main", "https://github.com/org/repo."),
        ("https://github.com/org", "owner and the repository"),
        ("https://github.com/org/repo?tab=readme", "first ? or #"),
        ("https://git.corp.example/org/repo", "ALLOWED_GIT_HOSTS"),
        ("git@github.com:org/repo.git", "https://github.com/org/repo.git"),
        ("https://github.com:70000/org/repo", "65535"),
        ("https://xn--gthub-n4e.com/org/repo", "look-alike"),
        ("https://gіthub.com/org/repo", "look-alike"),
        ("./repo", "from the / at its start"),
        ("file:///srv/repo", "plain path"),
        ("/srv/repo", "LOCAL_REPOSITORY_ROOTS"),
        ("https://localhost/org/repo", "full name of a host"),
    ],
)
def test_a_refusal_says_what_to_do(text, words):
    with pytest.raises(UrlRefused) as refusal:
        parse(text)
    assert words in str(refusal.value)


def test_a_refusal_never_repeats_a_token():
    with pytest.raises(UrlRefused) as refusal:
        parse("https://oauth2:SECRETCANARY123@gitlab.com/a/b")
    assert "SECRETCANARY123" not in str(refusal.value)


def test_single_labels_and_numbers_pass_only_from_the_list():
    assert parse("https://127.0.0.1:8443/a/b", hosts=["127.0.0.1"]).port == 8443
    assert parse("https://git/a/b", hosts=["git"]).host == "git"
    assert parse("https://git.example.com:8443/a/b", hosts=["git.example.com:8443"]).port == 8443
    with pytest.raises(UrlRefused):
        parse("https://git.example.com/a/b", hosts=["git.example.com:8443"])


@pytest.mark.parametrize("name", ["main", "release/1.2", "feature/a-b_c", "2024"])
def test_ordinary_branch_names_pass(name):
    assert branch_ok(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-x",
        "a..b",
        "a//b",
        "a.lock",
        "a.lock/b",
        "a@{1}",
        "a b",
        "a:b",
        "+a",
        "a\n",
        "é",
        "a/",
        "x" * 201,
        "a*",
        "a/.b",
    ],
)
def test_other_branch_names_do_not(name):
    assert not branch_ok(name)
