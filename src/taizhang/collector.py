"""Python's collector of garbage, kept from looking through what only grows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def collect_seldom() -> None:
    """Look for garbage less often from here on: a pack is a million objects that stay, and Python's usual haste took a fifth of the test suite's time to look through them."""
    gc.set_threshold(100_000, 20, 100)


@contextmanager
def without_collector() -> Iterator[None]:
    """Collect nothing meanwhile: where very many objects come to life at once and none is a cycle, it only costs time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
