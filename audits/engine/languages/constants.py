"""Numbers and words of the languages as values."""

_WORDS = {"true": True, "false": False, "True": True, "False": False}
_NOTHING = frozenset({"null", "nil", "None", "undefined", "NULL"})


def is_word(text: str) -> bool:
    """Is it one of the words for true, false and nothing?"""
    return text in _WORDS or text in _NOTHING


def constant_of(text: str) -> tuple[bool, str | int | float | bool | None]:
    """Whether a text is a constant, and its value; the letters that say of which type a number is count for nothing."""
    if text in _WORDS:
        return True, _WORDS[text]
    if text in _NOTHING:
        return True, None
    plain = text.rstrip("fFdDlLuUmM").replace("_", "")
    for kind in (int, float):
        try:
            return True, kind(plain)
        except ValueError:
            continue
    return False, None
