"""Paths of a repository are bytes and labels, never names of files of ours; this is how they become text and back."""

import re

_LETTERS = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_CODES = {letter: code for code, letter in _LETTERS.items()}
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')


def display_path(raw: bytes) -> str:
    """UTF-8 as it is; other bytes in git's own quoting, double quotes around.

    A name that begins with a double quote is quoted too, so that two different paths never look alike.
    """
    if not raw.startswith(b'"'):
        try:
            return raw.decode()
        except UnicodeDecodeError:
            pass
    return '"' + "".join(_quote(byte) for byte in raw) + '"'


def raw_path(text: str) -> bytes:
    """The inverse of `display_path`."""
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text.encode()
    return _ESCAPE.sub(lambda match: bytes([_code(match[1].decode())]), text[1:-1].encode())


def _quote(byte: int) -> str:
    if byte in _LETTERS:
        return "\\" + _LETTERS[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def _code(escape: str) -> int:
    return _CODES[escape] if escape in _CODES else int(escape, 8) & 0xFF
