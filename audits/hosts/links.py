"""Links to a line of a file at a commit, on the hosts whose pages we know."""

import re
from collections.abc import Callable
from urllib.parse import quote

_URL = re.compile(r"(?P<scheme>https|ssh)://(?:[^@/]+@)?(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d+))?/(?P<path>[^?#]+)")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abfnrtv"\\])')
_LETTERS = {b"a": 7, b"b": 8, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11, b'"': 34, b"\\": 92}
_Form = Callable[[str, str, str, int, int], str]
# Shown as a rendered page, where a line of the source (or of a cell) is no place to jump to.
_RENDERED = (".ipynb",)
# Shown as a rendered page unless the source is asked for: without that a line of it is no place either.
_WRITTEN = (".md", ".markdown", ".mdx", ".rst")


def permalink(address_url: str, commit: str, path: str, line: int, end_line: int, forge: str = "") -> str | None:
    """The page that shows `path` at `commit` with the lines marked, None for a host whose pages are unknown.

    `path` is a path as displayed (git's quoting is undone); lines count from 1. `forge` is what somebody said that the
    host is (a word of `forms.credentials.FORGES`), for a name that does not tell.
    """
    match = _URL.fullmatch(address_url)
    if match is None or not _COMMIT.fullmatch(commit):
        return None
    host, project = _web(match["host"].lower()), match["path"].rstrip("/")
    form = _form(host, forge)
    project = _in_server(project) if form is _server else project
    if form is None or not project:
        return None
    project = project.removesuffix(".git")
    port = f":{match['port']}" if match["port"] and match["scheme"] == "https" else ""
    anchored = line > 0 and not path.lower().endswith(_RENDERED)
    first, last = (line, max(line, end_line)) if anchored else (0, 0)
    if form is _azure:
        return _azure_page(host, project, commit, _encode(path), first, last)
    name = _encode(path) + (_AS_SOURCE.get(form, "") if anchored and path.lower().endswith(_WRITTEN) else "")
    return form(f"https://{host}{port}/{quote(project, safe='/~')}", commit, name, first, last)


def tells_forge(address_url: str) -> bool:
    """Does the name of the host say which pages it has?"""
    match = _URL.fullmatch(address_url)
    return match is not None and _form(_web(match["host"].lower()), "") is not None


def place_of(address_url: str) -> tuple[str, ...]:
    """The words under which settings may name the host: alone, and with the address's port."""
    match = _URL.fullmatch(address_url)
    if match is None:
        return ()
    host = match["host"].lower()
    return (host, f"{host}:{match['port']}") if match["port"] else (host,)


def commit_page(address_url: str, commit: str, forge: str = "") -> str | None:
    """The page of one commit, None for a host whose pages are unknown."""
    match = _URL.fullmatch(address_url)
    form = _form(_web(match["host"].lower()), forge) if match else None
    if match is None or form is None or not _COMMIT.fullmatch(commit):
        return None
    page = permalink(address_url, commit, "x", 0, 0, forge)
    if page is None:
        return None
    if form is _azure:
        return page.partition("?")[0] + f"/commit/{commit}"
    if form is _server:
        return page[: page.rindex("/browse/x?at=")] + f"/commits/{commit}"
    base = page[: page.rindex(f"/{_SOURCE[form]}/{commit}/x")]
    return f"{base}/{_COMMITS[form]}/{commit}"


def _form(host: str, forge: str) -> _Form | None:
    labels = re.split(r"[.-]", host)
    if host in ("dev.azure.com", "ssh.dev.azure.com") or host.endswith(".visualstudio.com"):
        return _azure
    if host == "bitbucket.org":
        return _bitbucket
    for names, form in _NAMES:
        if any(label in names for label in labels):
            return form
    return _FORGES.get(forge)


def _in_server(project: str) -> str:
    """Where Bitbucket's own server shows a repository that is cloned as KEY/NAME or, over https, [more/]scm/KEY/NAME; a
    person's key begins with a tilde. "" for another path."""
    *more, key, name = project.removesuffix(".git").split("/") if "/" in project else ("", "", "")
    if not key or not name or (more and more[-1] != "scm"):
        return ""
    whose = f"users/{key[1:]}" if key.startswith("~") else f"projects/{key}"
    return "/".join([*more[:-1], whose, "repos", name])


def _github(base: str, commit: str, path: str, first: int, last: int) -> str:
    anchor = f"#L{first}-L{last}" if last > first else f"#L{first}" if first else ""
    return f"{base}/blob/{commit}/{path}{anchor}"


def _gitlab(base: str, commit: str, path: str, first: int, last: int) -> str:
    anchor = f"#L{first}-{last}" if last > first else f"#L{first}" if first else ""
    return f"{base}/-/blob/{commit}/{path}{anchor}"


def _bitbucket(base: str, commit: str, path: str, first: int, last: int) -> str:
    anchor = f"#lines-{first}:{last}" if last > first else f"#lines-{first}" if first else ""
    return f"{base}/src/{commit}/{path}{anchor}"


def _server(base: str, commit: str, path: str, first: int, last: int) -> str:
    anchor = f"#{first}-{last}" if last > first else f"#{first}" if first else ""
    return f"{base}/browse/{path}?at={commit}{anchor}"


def _gitea(base: str, commit: str, path: str, first: int, last: int) -> str:
    anchor = f"#L{first}-L{last}" if last > first else f"#L{first}" if first else ""
    return f"{base}/src/commit/{commit}/{path}{anchor}"


def _azure(base: str, commit: str, path: str, first: int, last: int) -> str:
    lines = f"&line={first}&lineEnd={last + 1}&lineStartColumn=1&lineEndColumn=1&lineStyle=plain" if first else ""
    return f"{base}?path=/{path}&version=GC{commit}{lines}&_a=contents"


def _azure_page(host: str, project: str, commit: str, path: str, first: int, last: int) -> str | None:
    parts = project.split("/")
    if host == "ssh.dev.azure.com":  # ssh://git@ssh.dev.azure.com/v3/ORGANISATION/PROJECT/REPOSITORY
        if len(parts) != 4:
            return None
        host, parts = "dev.azure.com", [parts[1], parts[2], "_git", parts[3]]
    if "_git" not in parts:
        return None
    return _azure(f"https://{host}/{quote('/'.join(parts), safe='/~')}", commit, path, first, last)


def _encode(path: str) -> str:
    raw = path.encode("utf-8", "surrogateescape")
    if path.startswith('"') and path.endswith('"') and len(path) > 1:
        raw = _ESCAPE.sub(_unescape, raw[1:-1])
    return quote(raw, safe="/")


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([_LETTERS[code] if code in _LETTERS else int(code, 8) & 0xFF])


def _web(host: str) -> str:
    """Where the pages of a host are that has another name for ssh behind firewalls."""
    return _ALIASES.get(host, host)


_ALIASES = {
    "altssh.bitbucket.org": "bitbucket.org",
    "altssh.gitlab.com": "gitlab.com",
    "ssh.github.com": "github.com",
}
_NAMES: tuple[tuple[tuple[str, ...], _Form], ...] = (
    (("github",), _github),
    (("gitlab",), _gitlab),
    (("gitea", "forgejo", "codeberg"), _gitea),
    (("bitbucket",), _server),
)
# Of hosts that somebody runs: Bitbucket's own server has other pages than bitbucket.org.
_FORGES: dict[str, _Form] = {"github": _github, "gitlab": _gitlab, "gitea": _gitea, "bitbucket": _server}
_AS_SOURCE: dict[_Form, str] = {_github: "?plain=1", _gitlab: "?plain=1", _gitea: "?display=source"}
# Between a project and a commit: how each host names its source, and its commits.
_SOURCE: dict[_Form, str] = {_github: "blob", _gitlab: "-/blob", _bitbucket: "src", _gitea: "src/commit"}
_COMMITS: dict[_Form, str] = {_github: "commit", _gitlab: "-/commit", _bitbucket: "commits", _gitea: "commit"}
