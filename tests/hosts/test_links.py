"""Links to a line of code on the hosts we know."""

import pytest

from audits.hosts import commit_page, permalink

C = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://github.com/o/r.git", f"https://github.com/o/r/blob/{C}/a/b.py#L3-L5"),
        ("https://github.corp.example:8443/o/r", f"https://github.corp.example:8443/o/r/blob/{C}/a/b.py#L3-L5"),
        ("ssh://git@github.com/o/r.git", f"https://github.com/o/r/blob/{C}/a/b.py#L3-L5"),
        ("https://gitlab.com/g/s/r/", f"https://gitlab.com/g/s/r/-/blob/{C}/a/b.py#L3-5"),
        ("https://gitlab-prod.acme.com/g/r", f"https://gitlab-prod.acme.com/g/r/-/blob/{C}/a/b.py#L3-5"),
        ("https://bitbucket.org/t/r", f"https://bitbucket.org/t/r/src/{C}/a/b.py#lines-3:5"),
        ("ssh://git@altssh.bitbucket.org:443/t/r.git", f"https://bitbucket.org/t/r/src/{C}/a/b.py#lines-3:5"),
        ("https://codeberg.org/o/r", f"https://codeberg.org/o/r/src/commit/{C}/a/b.py#L3-L5"),
        ("https://gitea.example.com/o/r", f"https://gitea.example.com/o/r/src/commit/{C}/a/b.py#L3-L5"),
        (
            "https://dev.azure.com/o/p/_git/r",
            f"https://dev.azure.com/o/p/_git/r?path=/a/b.py&version=GC{C}"
            "&line=3&lineEnd=6&lineStartColumn=1&lineEndColumn=1&lineStyle=plain&_a=contents",
        ),
    ],
)
def test_each_forge_has_its_form(url, link):
    assert permalink(url, C, "a/b.py", 3, 5) == link


def test_azure_over_ssh_leads_to_the_web_page():
    link = permalink("ssh://git@ssh.dev.azure.com/v3/o/p/r", C, "a.py", 1, 1)
    assert link.startswith("https://dev.azure.com/o/p/_git/r?path=/a.py&version=GC")


def test_one_line_has_a_short_anchor():
    assert permalink("https://github.com/o/r", C, "a.py", 7, 7).endswith("/a.py#L7")
    assert permalink("https://gitlab.com/o/r", C, "a.py", 7, 7).endswith("/a.py#L7")
    assert permalink("https://bitbucket.org/o/r", C, "a.py", 7, 7).endswith("/a.py#lines-7")


def test_a_notebook_has_no_line_to_jump_to():
    assert permalink("https://github.com/o/r", C, "a.ipynb", 7, 7) == f"https://github.com/o/r/blob/{C}/a.ipynb"


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("a b/c#d?e%f.py", "a%20b/c%23d%3Fe%25f.py"),
        ("é.py", "%C3%A9.py"),
        ('"\\377\\"\\n.py"', "%FF%22%0A.py"),
        ('<script>"x".py', "%3Cscript%3E%22x%22.py"),
    ],
)
def test_paths_are_percent_encoded_byte_for_byte(path, encoded):
    assert permalink("https://github.com/o/r", C, path, 1, 1) == f"https://github.com/o/r/blob/{C}/{encoded}#L1"


@pytest.mark.parametrize(
    ("url", "commit"),
    [
        ("/srv/repo", C),
        ("https://git.example.com/o/r", C),
        ("javascript:alert(1)//github.com/o/r", C),
        ("https://github.com/o/r", "main"),
        ("https://dev.azure.com/o/p/r", C),
        ("https://evilgithub.example/o/r", C),
    ],
)
def test_without_a_known_page_there_is_no_link(url, commit):
    assert permalink(url, commit, "a.py", 1, 1) is None


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("ssh://git@github.com/o/r.git", f"https://github.com/o/r/commit/{C}"),
        ("https://gitlab.com/g/blob/r/", f"https://gitlab.com/g/blob/r/-/commit/{C}"),
        ("https://bitbucket.org/t/src", f"https://bitbucket.org/t/src/commits/{C}"),
        ("https://codeberg.org/o/r", f"https://codeberg.org/o/r/commit/{C}"),
        ("https://dev.azure.com/o/p/_git/r", f"https://dev.azure.com/o/p/_git/r/commit/{C}"),
        ("https://git.example.com/o/r", None),
        ("https://dev.azure.com/o/p", None),
    ],
)
def test_each_forge_has_a_page_of_a_commit(url, page):
    assert commit_page(url, C) == page


def test_what_is_no_commit_has_no_page():
    assert commit_page("https://github.com/o/r", "main") is None


def test_what_is_shown_as_a_page_is_asked_for_as_source():
    """Else the host renders it, and the line is no place in what it shows."""
    assert permalink("https://github.com/o/r", C, "README.md", 7, 9).endswith("/README.md?plain=1#L7-L9")
    assert permalink("https://gitlab.com/o/r", C, "docs/a.rst", 7, 9).endswith("/docs/a.rst?plain=1#L7-9")
    assert permalink("https://codeberg.org/o/r", C, "a.markdown", 7, 7).endswith("/a.markdown?display=source#L7")
    assert permalink("https://bitbucket.org/o/r", C, "a.md", 7, 7).endswith("/a.md#lines-7")


B = f"/projects/KEY/repos/r/browse/a/b.py?at={C}#3-5"


@pytest.mark.parametrize(
    ("url", "forge", "link"),
    [
        ("https://git.acme.com/g/r", "gitlab", f"https://git.acme.com/g/r/-/blob/{C}/a/b.py#L3-5"),
        ("https://git.acme.com/g/r", "github", f"https://git.acme.com/g/r/blob/{C}/a/b.py#L3-L5"),
        ("ssh://git@git.acme.com:2222/g/r.git", "gitea", f"https://git.acme.com/g/r/src/commit/{C}/a/b.py#L3-L5"),
        ("https://gitlab.acme.com/g/r", "github", f"https://gitlab.acme.com/g/r/-/blob/{C}/a/b.py#L3-5"),
        ("https://git.acme.com/scm/KEY/r.git", "bitbucket", f"https://git.acme.com{B}"),
        ("https://bitbucket.acme.com:8443/scm/KEY/r.git", "", f"https://bitbucket.acme.com:8443{B}"),
        ("https://bitbucket.acme.com/code/scm/KEY/r.git", "", f"https://bitbucket.acme.com/code{B}"),
        ("ssh://git@bitbucket.acme.com:7999/KEY/r.git", "", f"https://bitbucket.acme.com{B}"),
        (
            "https://bitbucket.acme.com/scm/~ada/r.git",
            "",
            f"https://bitbucket.acme.com/users/ada/repos/r/browse/a/b.py?at={C}#3-5",
        ),
        ("https://bitbucket.acme.com/more/KEY/r.git", "", None),
        ("https://git.acme.com/g/r", "other", None),
        ("https://git.acme.com/g/r", "", None),
    ],
)
def test_a_host_whose_name_does_not_tell_is_what_somebody_said(url, forge, link):
    assert permalink(url, C, "a/b.py", 3, 5, forge) == link


def test_a_commit_has_a_page_where_somebody_said_what_the_host_is():
    server = "https://git.acme.com/scm/KEY/r.git"
    assert commit_page(server, C, "bitbucket") == f"https://git.acme.com/projects/KEY/repos/r/commits/{C}"
    assert commit_page("https://git.acme.com/g/r", C, "gitlab") == f"https://git.acme.com/g/r/-/commit/{C}"
    assert commit_page(server, C) is None
