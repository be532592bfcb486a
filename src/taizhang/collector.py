"""Python's collector of garbage, kept from looking through what only grows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def collect_seldom() -> None:
    """Look for garbage less often from here on: a pack is a million objects that stay, and looking through them so often took a fifth of the suite's time."""
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
