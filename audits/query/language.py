"""The filter language: `state:open param:num_generations team:search "free text"`.

Words with a key narrow the list, other words are looked for in names and paths. Several values of one key mean either
of them; several parameters, or several of `is:`, mean a call that has all of them. Nothing here touches the database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from audits.areas import Area
from audits.engine.facts import Confidence, Kind, Language, Platform

from .state import STATES

MAX_LENGTH = 200
KEYS = (
    "state", "param", "way", "team", "assignee", "owner", "due", "is", "repo", "kind", "conf", "platform", "lang",
    "area", "path",
)  # fmt: skip
ALIASES = {
    "parameter": "param",
    "repository": "repo",
    "confidence": "conf",
    "file": "path",
    "language": "lang",
    "assigned": "assignee",
}
STATE_WORDS = ("left", *STATES)
# Of a planned finding's day; `none` are those that nobody has given one.
DUE_WORDS = ("overdue", "week", "month", "later", "none")
IS_WORDS = (
    *("mine", "ours", "unowned", "regressed", "re-review", "waiver-ending", "waiver-ended"),
    *("known-broken", "introduced", "discovered"),
    "suppressed",
)
# All areas that stand in no total, in one word; and all that count when tests and the like do.
APART, ANY = "apart", "any"
_WORDS: dict[str, tuple[str, ...]] = {
    "state": STATE_WORDS,
    "kind": tuple(Kind),
    "conf": tuple(Confidence),
    "platform": tuple(Platform),
    "lang": tuple(Language),
    "area": (*Area, APART, ANY),
    "due": DUE_WORDS,
    "is": IS_WORDS,
}
_TOKEN = re.compile(r'(?:([\w-]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))')


@dataclass(frozen=True)
class Term:
    """One word of a query; `key` is empty for free text."""

    key: str
    value: str

    def __str__(self) -> str:
        bare = re.fullmatch(r'[^\s"\\:]+' if not self.key else r'[^\s"\\]+', self.value)
        value = self.value if bare else '"' + re.sub(r'(["\\])', r"\\\1", self.value) + '"'
        return f"{self.key}:{value}" if self.key else value


@dataclass(frozen=True)
class Query:
    """A parsed query. With `errors` (whole sentences) it matches nothing, so that a slip never shows a wider list."""

    terms: tuple[Term, ...] = ()
    errors: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def values(self, key: str) -> tuple[str, ...]:
        return tuple(term.value for term in self.terms if term.key == key)

    def without(self, term: Term) -> "Query":
        return Query(tuple(other for other in self.terms if other != term))

    def replaced(self, key: str, value: str) -> "Query":
        """The same query with one value for `key`, or none where `value` is empty."""
        kept = tuple(term for term in self.terms if term.key != key)
        return Query((*kept, Term(key, value)) if value else kept)

    def joined(self, other: "Query") -> "Query":
        return Query(tuple(dict.fromkeys((*self.terms, *other.terms))), (*self.errors, *other.errors))


def parse(text: str) -> Query:
    """Any text to a Query; what is wrong with it is said in `Query.errors`, it never raises."""
    text = text.replace("\0", "").strip()
    if len(text) > MAX_LENGTH:
        return Query(errors=(f"This filter has {len(text):,} characters; at most {MAX_LENGTH} are read.",))
    terms: list[Term] = []
    errors: list[str] = []
    for match in _TOKEN.finditer(text):
        key, quoted, bare = match.groups()
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
        term = Term(ALIASES.get((key or "").lower(), (key or "").lower()), value)
        error = _error(term, quoted is not None)
        if error:
            errors.append(error)
        elif term.value:
            terms.append(_normal(term))
    return Query(tuple(dict.fromkeys(terms)), tuple(errors))


def _error(term: Term, quoted: bool) -> str:
    if not term.key:
        named = ALIASES.get(term.value[:-1].lower(), term.value[:-1].lower())
        if not quoted and term.value.endswith(":") and named in KEYS:
            return f"“{term.value}” needs a value, as in {named}:{_example(named)}."
        return ""
    if term.key not in KEYS:
        return f"There is no filter “{term.key}”: use {_listed(KEYS)}, or put a text with a colon in quotes."
    words = _WORDS.get(term.key)
    if words and term.value.lower() not in words:
        return f"“{term.value}” is no {term.key}: use {_listed(words)}."
    return ""


def _normal(term: Term) -> Term:
    return Term(term.key, term.value.lower()) if term.key in _WORDS else term


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}"


def _example(key: str) -> str:
    examples = {"param": "num_generations", "way": "num_generations", "assignee": "me", "owner": "me"}
    return _WORDS[key][0] if key in _WORDS else examples.get(key, "name")
