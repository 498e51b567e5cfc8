"""How often Python looks for garbage that refers to itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS, _YOUNG, _OLD = 200_000, 20, 20


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look seldom: facts are many small objects that live long, and hardly any refers to itself."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, _YOUNG, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
