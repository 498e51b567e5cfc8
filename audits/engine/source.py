"""Bytes to text, and text to lines: encodings as Python reads them, line ends as LibCST counts them."""

import codecs
import re
from dataclasses import dataclass

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Undecodable(ValueError):
    """The bytes are no text that Python could read; the message says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded source; `guessed` says that no rule names the encoding and latin-1 was taken."""

    text: str
    encoding: str
    guessed: bool = False


def lines_of(text: str) -> list[str]:
    r"""The lines with their ends, split at \r\n, \r and \n only."""
    return _LINE.findall(text)


def decode_source(data: bytes) -> Text:
    """Python source as text: byte order mark, cookie, UTF-8, then latin-1. Raises Undecodable."""
    if data.startswith(_WIDE):
        raise Undecodable("The file is UTF-16 or UTF-32, which Python itself does not read as source.")
    marked = data.startswith(codecs.BOM_UTF8)
    cookie = _cookie(data)
    if marked and cookie is not None and cookie.replace("_", "-").lower() not in ("utf-8", "utf8", "utf-8-sig"):
        raise Undecodable(f"The file starts with a UTF-8 mark but declares the encoding {cookie[:40]}.")
    if b"\0" in data[:8192] and cookie is None:
        raise Undecodable("The file holds a NUL byte.")
    if cookie is not None and not marked:
        return _by_cookie(data, cookie)
    try:
        return Text(data.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        return Text(data.decode("latin-1"), "latin-1", guessed=True)


def decode_text(data: bytes) -> str:
    r"""Text that is no Python: by its byte order mark, UTF-8 or latin-1, lines ending in \n. Raises Undecodable."""
    if data.startswith(_WIDE):
        text = data.decode("utf-32" if data.startswith(_WIDE[:2]) else "utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    if "\0" in text:
        raise Undecodable("The file holds a NUL byte.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cookie(data: bytes) -> str | None:
    for line in re.split(rb"\r\n|\r|\n", data.removeprefix(codecs.BOM_UTF8)[:4096])[:2]:
        found = _COOKIE.match(line)
        if found is not None:
            return found.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _by_cookie(data: bytes, cookie: str) -> Text:
    try:
        info = codecs.lookup(cookie)
        if not getattr(info, "_is_text_encoding", True):
            raise Undecodable(f"The declared encoding {cookie[:40]} is no text encoding.")
        return Text(data.decode(cookie), info.name)
    except UnicodeDecodeError:
        return Text(data.decode("latin-1"), "latin-1", guessed=True)
    except (LookupError, UnicodeError, ValueError) as error:
        if isinstance(error, Undecodable):
            raise
        raise Undecodable(f"The declared encoding {cookie[:40]} cannot be read.") from error
