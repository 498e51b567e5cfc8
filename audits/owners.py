"""CODEOWNERS: who looks after which file, as GitHub and GitLab read it. It tells whom to ask and never who may.

The file is anybody's text: its patterns become regular expressions, so this runs in the sandbox's child. A pattern is
matched as .gitignore's, but that a last `/*` means the files right there. The last rule that matches wins, in each
section of GitLab by itself; a rule without owners takes the file out.
https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# The first that exists is the one in force, as both hosts look for it.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
# GitHub reads none above 3 MB.
FILE_LIMIT = 3 * 1024**2
RULES_LIMIT = 5_000
PATTERN_LENGTH = 400
OWNER_LENGTH = 120
OWNERS_LIMIT = 8

_SECTION = re.compile(r"\^?\[(?P<name>[^\[\]]{1,200})\](?:\[\d+\])?(?P<owners>(?:\s+\S*@\S*)*)\s*")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class Rule:
    """Files that match belong to `owners`; in `section`, "" outside of any. If `excluded`, to nobody in that section,
    whatever stands behind it."""

    section: str
    pattern: GitIgnoreSpecPattern
    owners: tuple[str, ...]
    flat: bool
    excluded: bool = False

    def matches(self, path: str) -> bool:
        if not self.pattern.match_file(path):
            return False
        parent = path.rpartition("/")[0]
        return not (self.flat and parent and self.pattern.match_file(parent))


def place(paths: Iterable[str]) -> str | None:
    """Which of these paths is the CODEOWNERS file in force."""
    there = set(PLACES).intersection(paths)
    return next((path for path in PLACES if path in there), None)


def owned(data: bytes, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The owners of each path that has some, as written, at most OWNERS_LIMIT; nothing raises, bad lines are left."""
    rules = parse(data)
    return {path: found for path in paths if (found := owners_of(rules, path))}


def owners_of(rules: Sequence[Rule], path: str) -> tuple[str, ...]:
    last: dict[str, tuple[str, ...]] = {}
    for rule in reversed(rules):
        if (rule.excluded or rule.section not in last) and rule.matches(path):
            last[rule.section] = rule.owners
    return tuple(dict.fromkeys(owner for name in reversed(last) for owner in last[name]))[:OWNERS_LIMIT]


def parse(data: bytes) -> tuple[Rule, ...]:
    """The rules in their order; at most RULES_LIMIT of them."""
    rules: list[Rule] = []
    section = ""
    default: tuple[str, ...] = ()
    for line in data[:FILE_LIMIT].decode(errors="replace").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if heading := _SECTION.fullmatch(line):
            section, default = " ".join(heading["name"].lower().split()), _owners(heading["owners"].split())
        elif len(rules) < RULES_LIMIT and (rule := _rule(line, section, default)) is not None:
            rules.append(rule)
    return tuple(rules)


def _rule(line: str, section: str, default: tuple[str, ...]) -> Rule | None:
    first, *rest = _WORD.findall(line) or [""]
    comment = next((at for at, word in enumerate(rest) if word.startswith("#")), len(rest))
    # GitLab's `!` takes a file out of its section for good; to GitHub it is no rule.
    excluded = first.startswith("!") and bool(section)
    text = first.removeprefix("!") if excluded else first
    if not text or len(text) > PATTERN_LENGTH or text.startswith("!"):
        return None
    try:
        pattern = GitIgnoreSpecPattern(text.replace("\\ ", " "))
    except (GitIgnorePatternError, ValueError, re.error):
        return None
    if pattern.include is None:
        return None
    owners = () if excluded else _owners(rest[:comment]) or default
    return Rule(section, pattern, owners, flat=text.endswith("/*"), excluded=excluded)


def _owners(words: Iterable[str]) -> tuple[str, ...]:
    """`@name`, `@organisation/team`, a mail address; other words are none."""
    return tuple(word for word in words if "@" in word and word.isprintable() and len(word) <= OWNER_LENGTH)


def to_text(owners: Sequence[str], limit: int) -> str:
    """As a column keeps them: each between spaces, so that one can be looked for as a whole; at most `limit` bytes.

    Of bytes, since an index holds them, and its entries have an end.
    """
    text, size = "", 1
    for owner in owners:
        # What no database stores becomes a sign of three bytes.
        length = len(owner.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace")) + 1
        if size + length <= limit:
            text, size = f"{text or ' '}{owner} ", size + length
    return text


def by_path(found: object) -> Mapping[str, tuple[str, ...]] | None:
    """What the child answered, None where that is no answer."""
    if not isinstance(found, dict):
        return None
    return {str(path): tuple(map(str, owners)) for path, owners in found.items() if isinstance(owners, list)}
