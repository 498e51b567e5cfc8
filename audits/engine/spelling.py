"""Python expressions as text: their tokens, one spelling for equal code, and the brackets they need elsewhere."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r'''(?P<string>[rbuRBUfF]{0,2}(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\r\n]|\\.)*"|'''
    r"""'(?:[^'\\\r\n]|\\.)*'))"""
    r"""|(?P<comment>#[^\r\n]*)|(?P<space>[\s\\]+)|(?P<word>[^\W\d]\w*|\d[\w.]*)|(?P<mark>:=|.)""",
    re.DOTALL,
)
_LITERAL = re.compile(
    r"""(?P<prefix>[a-z]*)(?P<quote>\"{3}|'{3}|["'])(?P<body>.*)(?P=quote)""", re.DOTALL | re.IGNORECASE
)
_ESCAPED_QUOTE = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r"""(["'])[\w ./-]{0,80}\1""")
_CLAUSES = frozenset({"for", "yield", "lambda", "if"})


def tokens(source: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token; kinds are string, comment, space, word and mark. Joined, the texts are the source."""
    for match in _TOKEN.finditer(source):
        yield str(match.lastgroup), match[0]


def canonical(source: str) -> str:
    """The source without what a formatter may change: equal for equal code.

    That is layout, comments, the comma before a closing bracket, the kind of quotes, and a string in several pieces.
    The ends of lines are one, inside a string too, as Python reads them.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    parts: list[str] = []
    before = ""
    for kind, text in tokens(source):
        if kind in ("comment", "space"):
            continue
        if kind == before == "word":
            parts.append(" ")
        if kind == "string":
            text = _joined(parts.pop(), _quoted(text)) if before == "string" else _quoted(text)
        if text in (")", "]", "}") and parts and parts[-1] == ",":
            parts.pop()
        parts.append(text)
        before = kind
    return "".join(parts)


def _quoted(literal: str) -> str:
    """A string literal between double quotes, with none but these escaped inside it."""
    parts = _LITERAL.fullmatch(literal)
    if parts is None:
        return literal
    prefix = parts["prefix"].lower().replace("u", "")
    raw = "r" in prefix
    body = parts["body"] if raw else _ESCAPED_QUOTE.sub(lambda m: m[1] if m[1] in "'\"" else m[0], parts["body"])
    escaped = body.replace('"', '\\"')
    return f'{prefix}"{escaped}"'


def _joined(first: str, second: str) -> str:
    """Two literals side by side as one, where both are of one kind."""
    prefix, _, rest = second.partition('"')
    return f"{first[:-1]}{rest}" if first.partition('"')[0] == prefix else first + second


def bracketed(source: str) -> str:
    """The expression so that it can stand as an argument or in a display: in brackets where it needs them."""
    depth = 0
    for kind, text in tokens(source):
        if kind == "mark":
            depth += (text in "([{") - (text in ")]}")
        if depth == 0 and (text in (",", ":=") or (kind == "word" and text in _CLAUSES)):
            return f"({source})"
    return source


def joined_lists(first: str, second: str) -> str:
    """One list of what two lists hold; one display where both are displays without comments and comprehensions."""
    inner = [_items(source) for source in (first, second)]
    if None in inner:
        return f"[*({first}), *({second})]"
    return f"[{', '.join(items for items in inner if items)}]"


def displayed(source: str) -> int:
    """How many items a list display has; 0 where that is not written down."""
    inside = _items(source)
    if not inside:
        return 0
    depth = count = 0
    for kind, text in tokens(inside):
        if kind == "mark":
            depth += (text in "([{") - (text in ")]}")
            count += depth == 0 and text == ","
            if depth == 0 and text == "*":
                return 0
    return count + 1


def _items(source: str) -> str | None:
    """What stands between the brackets of a list display, without a comma at its end."""
    if not (source.startswith("[") and source.endswith("]")):
        return None
    depth = 0
    inside = source[1:-1]
    for kind, text in tokens(inside):
        if kind == "mark":
            depth += (text in "([{") - (text in ")]}")
        if depth < 0 or kind == "comment" or (kind == "word" and text in ("for", "async")):
            return None
    return inside.strip().removesuffix(",").rstrip()


def entries(source: str) -> dict[str, str] | None:
    """The values of a dict display by their keys' texts; None where it is none, or a key of it is no plain string."""
    if not (source.startswith("{") and source.endswith("}")):
        return None
    found: dict[str, str] = {}
    depth, key = 0, ""
    parts: list[tuple[str, str]] = []
    for kind, text in [*tokens(source[1:-1]), ("mark", ",")]:
        depth += (kind == "mark") * ((text in "([{") - (text in ")]}"))
        if depth < 0 or kind == "comment" or (kind == "word" and text in ("for", "async", "lambda")):
            return None
        if depth or not (text == "," or (text == ":" and not key)):
            parts += [(kind, text)] if parts or kind != "space" else []
            continue
        whole = "".join(row for _, row in parts).rstrip()
        if text == ":":
            if [row for row, _ in parts if row != "space"] != ["string"] or not _PLAIN.fullmatch(whole):
                return None
            key = whole
        elif key and whole:
            found[key[1:-1]] = whole
            key = ""
        elif key or whole:
            return None
        parts = []
    return found if depth == 0 else None


def words(source: str) -> frozenset[str]:
    """Every name in the source (those inside f-strings too), strings' contents counted generously."""
    return frozenset(re.findall(r"[^\W\d]\w*", source))
