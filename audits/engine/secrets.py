"""Key-like literals in source text: found by the name beside them, by a vendor's prefix, or by their look, and masked.

A mask never adds or removes a line and never touches quotes, so masked source is still source.
"""

import math
import re
from collections import Counter
from collections.abc import Set
from functools import lru_cache

MASK = "****"
_SHORT = 80

_QUOTED = r"""(?:[rbuRBUfF]{0,2}(?:"(?:[^"\\\r\n]|\\.){4,}"|'(?:[^'\\\r\n]|\\.){4,}'))"""
_SURE_NAME = (
    r"(?:api[_-]?key|apikey|secret(?:_?key)?|passw(?:or)?d|access_?key(?:_?id)?|private_?key|"
    r"auth(?:orization)?[_-]?token|access[_-]?token|api[_-]?token|bearer_?token|session_?token|authorization)"
)
_LOOSE_NAME = r"(?:token|key|credentials?)"
# `api_key="…"`, `API_KEY: str = "…"`, `{"api_key": "…"}`, `environ["API_KEY"] = "…"`.
_NAMED = re.compile(
    rf"""(?i)(?P<name>{_SURE_NAME}|\b[a-z_]*{_LOOSE_NAME})["']?\]?\s{{0,40}}"""
    rf"""(?::\s{{0,40}}[\w\[\]., |]{{1,40}}?\s{{0,40}}=|[=:])\s{{0,40}}\(?\s{{0,40}}"""
    rf"""(?P<value>(?:{_QUOTED}\s{{0,80}})+)"""
)
# `CO_API_KEY=…` and `api_key: …` without quotes, the value alone to the end of the line; `%env` and `export` before it.
_BARE = re.compile(
    rf"""(?im)^(?P<lead>[ \t]{{0,40}}(?:-[ \t]{{1,4}})?(?:(?:%env|%set_env|!?export|env|arg|set|setx)[ \t]{{1,4}})?"""
    rf"""["']?[\w.-]{{0,40}}?{_SURE_NAME}["']?(?:[ \t]{{0,4}}[=:]|(?<=\w)[ \t])[ \t]{{0,4}})"""
    r"""(?P<value>[A-Za-z0-9_\-./+=~]{8,})(?=[ \t]{0,4}(?:[ \t]\#[^\r\n]{0,200})?\r?$)"""
)
# `CO_API_KEY=… curl …`, `ENV CO_API_KEY=… B=…`: a variable of an environment, whatever follows.
_BARE_VALUE = r"(?P<value>[A-Za-z0-9_\-./+=~]{8,})"
_VARIABLE = re.compile(
    rf"""(?P<lead>(?<![\w$.-])[A-Z][A-Z0-9_]{{0,40}}(?:KEY|SECRET|TOKEN|PASSW(?:OR)?D)=){_BARE_VALUE}(?=[ \t;&|)"'])"""
)
# `co_api_key=… curl …`, `--password=…`, `--api-key …`
_GIVEN = re.compile(
    r"""(?P<lead>(?<![\w$.-])[a-z][a-z0-9_]{0,40}(?:key|secret|token|passw(?:or)?d)="""
    r"""(?=\S{8,200}[ \t]+(?:curl|http|wget)\b)|"""
    r"""(?<![\w$.-])--[a-z-]{0,30}?(?:api-?key|password|token|secret)(?:=|[ \t]{1,4})["']?)"""
    rf"""{_BARE_VALUE}(?=["'\s]|$)"""
)
# `-H "X-API-Key: …"`
_HEADER = re.compile(rf"""(?i)(?P<lead>["'][\w-]{{0,40}}?{_SURE_NAME}[ \t]{{0,4}}:[ \t]{{0,4}}){_BARE_VALUE}(?=["'])""")
# `curl -u …:`, `curl --user name:…`
_USER = re.compile(
    r"""(?P<lead>[ \t](?:-u[ \t]{0,4}|--user(?:[ \t]{1,4}|=))["']?)"""
    r"""(?P<name>[^\s:"'$*]{1,80}):(?P<word>[^\s"']{0,200})"""
)
_BEFORE = 400
_NEW_LINE = re.compile(r"(?<!\\)\r?\n")
_VALUE_OF = re.compile(r"\$\{?\w+\}?|\*+")
# What is a name in code: with dots, with underscores, or in camel case.
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[A-Za-z]\w*_\w*|[a-z]+(?:[A-Z][a-z0-9]*)+")
_LETTERS = re.compile(r"[A-Z]?[a-z]{3,}")
# `getenv("API_KEY", "…")`, `environ.get("API_KEY", "…")`.
_FALLBACK = re.compile(
    rf"""(?i)\bget(?:env)?\(\s{{0,40}}["'][^"'\r\n]{{0,80}}(?:key|token|secret|password)[^"'\r\n]{{0,40}}["']"""
    rf"""\s{{0,40}},\s{{0,40}}(?P<value>{_QUOTED})"""
)
# `cohere.Client("…")`: the first positional argument of every Cohere client.
_CLIENT = re.compile(rf"\b\w*Client(?:V2)?\(\s{{0,80}}(?P<value>{_QUOTED}(?:\s{{0,80}}{_QUOTED})*)")
# `cohere.Client(token="…")`, `cohere.Client(found or "…")`, `cohere.Client(*["…"])`.
_IN_CLIENT = re.compile(
    rf"""\b\w*Client(?:V2)?\(\s{{0,80}}(?:(?:api_key|token)\s{{0,40}}=\s{{0,40}})?(?:\*\s{{0,9}}[\[(]\s{{0,40}}|"""
    rf"""[\w.]{{1,80}}(?:\([^()\r\n]{{0,80}}\)|\[[^\[\]\r\n]{{0,80}}\])?\s{{1,40}}or\s{{1,40}})?(?P<value>{_QUOTED})"""
)
# `"Bearer " + "…"`, and `?api_key=…` in an address.
_AFTER_BEARER = re.compile(rf"""(?i)["']bearer\s{{1,4}}["']\s{{0,40}}\+\s{{0,40}}(?P<value>{_QUOTED})""")
_QUERY = re.compile(
    r"""(?i)([?&](?:[\w-]{0,40}[_-])?(?:api_?key|key|token|secret|password|signature)=)"""
    r"""([^&\s"'`#<>{}|\\…*]{4,200}[^&\s"'`#<>{}|\\…*.,;:)\]])"""
)
# A secret in base64 of 40 or so characters, which may look like a path.
_BASE64 = re.compile(r"(?<![\w/+=.@$-])[A-Za-z0-9/+]{38,88}={0,2}(?![\w/+=.-])")
_LITERAL = re.compile(_QUOTED)
# No key is longer; and a line of quotes that nothing closes must not be read to its end from each of them.
_ANY = _QUOTED.replace("{4,}", "{0,1000}")
_RUN = re.compile(rf"(?:{_ANY}[ \t]{{0,40}})+")
_BEARER = re.compile(
    r"""(?i)(\bbearer\s+|\bauthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:basic|token)[ \t]{1,4})"""
    r"""([A-Za-z0-9._~+/=-]{8,})"""
)
_PREFIXED = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|"
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[A-Za-z0-9_-]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|hf_[A-Za-z0-9]{20,}|"
    r"npm_[A-Za-z0-9]{30,}|do[opr]_v1_[a-f0-9]{32,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|"
    r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|[MNO][A-Za-z0-9_-]{22,26}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40})"
    r"|eyJ[A-Za-z0-9_-]{8,200}+\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}"
    r"|(?<=hooks\.slack\.com/services/)[\w/]{20,}"
)
_USER_INFO = re.compile(r"(://[^\s/:@'\"]{0,80}:)([^\s/@'\"]{3,})(@)")
_CANDIDATE = re.compile(r"(?<![\w.$@/+-])[A-Za-z0-9+_-]{20,}+={0,2}(?![\w(./+-])")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:-ft)?")
_PLACEHOLDER = re.compile(
    r"(?i)^[<\[{(]*\s*(?:your|my|the|insert|enter|paste|put|add|replace|some|api|cohere|co|test|fake|dummy|mock|example|"
    r"change|xx|\*|\.\.|none|null|todo|secret|token|key|password)[a-z_\s\-*.]*[>\]})]*$"
)
# The name of an environment variable, an address without a password.
_NAME_OR_PLACE = re.compile(r"[A-Z]+(?:_[A-Z]+)+$|[a-z]+://[^@]*$")
# What a language puts into a text behind the scheme: Dart's `$key` and Swift's `\(key)`, and `%s`.
_PUT_IN = re.compile(r"(?i)(?:bearer|basic|token)\s{1,4}(?:\$[a-z_]\w{0,60}|\\\([\w.!?]{1,80}\)|%[sv@])")
_ENTROPY = 3.6
_LINE = re.compile(r"(\r\n?|\n)")
_BRACED = re.compile(r"\{[^{}]*\}")
_ALMOST_ALL = 12
_WORD = re.compile(r"[A-Za-z0-9_\-/+=~]+")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")


def mask(text: str) -> str:
    """`text` with every key-like literal replaced by four asterisks; lines and quotes stay."""
    return _of_short(text) if len(text) <= _SHORT else _mask(text)


@lru_cache(1 << 10)
def _of_short(text: str) -> str:
    """The arguments of many calls are the same few."""
    return _mask(text)


def _mask(text: str) -> str:
    text = _NAMED.sub(_mask_named, text)
    text = _FALLBACK.sub(_mask_value, text)
    text = _CLIENT.sub(_mask_value, text)
    text = _IN_CLIENT.sub(_mask_word, text)
    text = _AFTER_BEARER.sub(_mask_value, text)
    for pattern in (_BARE, _VARIABLE, _GIVEN, _HEADER):
        text = pattern.sub(_mask_bare, text)
    text = _USER.sub(_mask_user, text)
    text = _QUERY.sub(_mask_query, text)
    text = _BEARER.sub(lambda match: f"{match[1]}{MASK}", text)
    text = _USER_INFO.sub(lambda match: f"{match[1]}{MASK}{match[3]}", text)
    text = _PREFIXED.sub(MASK, text)
    text = _BASE64.sub(lambda match: MASK if _is_base64_key(match[0]) else match[0], text)
    return _CANDIDATE.sub(lambda match: MASK if looks_random(match[0]) else match[0], text)


def mask_lines(text: str, lines: Set[int]) -> str:
    """`text` without key-like words between quotes on these lines (from 1), where keys are known to stand."""
    if not lines:
        return text
    parts = _LINE.split(text)
    for line in lines:
        if 2 * line - 2 < len(parts):
            parts[2 * line - 2] = _RUN.sub(_mask_run, parts[2 * line - 2])
    return "".join(parts)


def looks_like_key(text: str) -> bool:
    """Whether a text may be a key where one is expected: a word of six or more characters with digits in it."""
    return _is_word(text) and not _is_harmless(text)


def _is_word(text: str) -> bool:
    return len(text) >= 6 and bool(_WORD.fullmatch(text)) and any(mark.isdigit() for mark in text)


def has_secret(text: str) -> bool:
    """Whether `mask` would change anything: the text holds a key."""
    return mask(text) != text


def looks_random(word: str) -> bool:
    """Whether a word looks drawn at random: long, with digits among letters, and many different characters."""
    if _UUID.fullmatch(word):
        return False
    if _HEX.fullmatch(word):
        return any(mark.isdigit() for mark in word) and any(mark.isalpha() for mark in word)
    digits = sum(mark.isdigit() for mark in word)
    mixed = any(mark.islower() for mark in word) and any(mark.isupper() for mark in word)
    # `ModelCohereCommandTextV14` is a name: it is made of words, which what is drawn at random hardly holds.
    named = 10 * sum(map(len, _LETTERS.findall(word))) > 6 * len(word)
    return digits >= 2 and mixed and not named and "_" not in word.strip("_") and _entropy(word) >= _ENTROPY


def _entropy(word: str) -> float:
    """Bits a character."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())


def _is_base64_key(word: str) -> bool:
    """A mixture that no path or name has: capitals among small letters, digits, and less than half of it in words."""
    capitals, small = sum(mark.isupper() for mark in word), sum(mark.islower() for mark in word)
    mixed = min(capitals, small) >= 5 and any(mark.isdigit() for mark in word)
    in_words = sum(len(part) for part in _LETTERS.findall(word))
    return mixed and 2 * in_words < len(word) and _entropy(word) >= 4.2


def _mask_query(match: re.Match[str]) -> str:
    loose = re.search(r"(?i)(?:^|[?&_-])(?:key|token)=$", match[1]) and "api" not in match[1].lower()
    known = _is_harmless(match[2]) or (loose and not any(mark.isdigit() for mark in match[2]))
    return match[0] if known else f"{match[1]}{MASK}"


def _mask_bare(match: re.Match[str]) -> str:
    value = match["value"]
    harmless = _is_harmless(value) or not _is_token(value) or _NAME.fullmatch(value)
    return match[0] if harmless else f"{match['lead']}{MASK}"


def _mask_user(match: re.Match[str]) -> str:
    """A password, or a key in the place of the name, that curl is given."""
    line = _NEW_LINE.split(match.string[max(match.start() - _BEFORE, 0) : match.start()])[-1]
    if not re.search(r"\bcurl\b", line):
        return match[0]
    keyed = not match["word"] and _is_token(match["name"]) and not _is_harmless(match["name"])
    name, word = (MASK if keyed else match["name"]), match["word"]
    word = MASK if len(word) > 3 and not _VALUE_OF.fullmatch(word) else word
    return f"{match['lead']}{name}:{word}"


def _mask_word(match: re.Match[str]) -> str:
    whole, value = match[0], match["value"]
    return whole[: len(whole) - len(value)] + _LITERAL.sub(_mask_key, value)


def _mask_run(match: re.Match[str]) -> str:
    """Literals side by side are one text."""
    literals = re.findall(_ANY, match[0])
    if not looks_like_key("".join(text[text.index(text[-1]) + 1 : -1] for text in literals)):
        return match[0]
    return re.sub(_ANY, lambda found: f"{found[0][: found[0].index(found[0][-1]) + 1]}{MASK}{found[0][-1]}", match[0])


def _mask_key(match: re.Match[str]) -> str:
    at = match[0].index(match[0][-1]) + 1
    return f"{match[0][:at]}{MASK}{match[0][-1]}" if looks_like_key(match[0][at:-1]) else match[0]


def _mask_named(match: re.Match[str]) -> str:
    loose = not re.search(rf"(?i){_SURE_NAME}", match["name"])
    return _mask_value(match, loose=loose)


def _mask_value(match: re.Match[str], *, loose: bool = False) -> str:
    whole, value = match[0], match["value"]
    return whole[: len(whole) - len(value)] + _LITERAL.sub(lambda found: _mask_literal(found[0], loose=loose), value)


def _mask_literal(literal: str, *, loose: bool) -> str:
    quote = literal[-1]
    at = literal.index(quote)
    inner = literal[at + 1 : -1]
    if _is_harmless(inner) or (loose and not _is_token(inner)):
        return literal
    return f"{literal[: at + 1]}{MASK}{quote}"


def _is_harmless(inner: str) -> bool:
    if "{" in inner:
        # What stands around the names of an f-string may be most of a key.
        return not any(_is_word(part) for part in _BRACED.split(inner) if len(part) >= _ALMOST_ALL)
    known = inner == MASK or inner.strip().lower() in ("bearer", "basic")
    known = known or _PUT_IN.fullmatch(inner) is not None
    return bool(_PLACEHOLDER.match(inner)) or known or _NAME_OR_PLACE.match(inner) is not None


def _is_token(inner: str) -> bool:
    """For names like `token` and `key`, which mean many things: one word with digits in it."""
    return len(inner) >= 10 and bool(re.fullmatch(r"[A-Za-z0-9_\-./+=~:]+", inner)) and any(c.isdigit() for c in inner)
