"""Files that take another's place whole."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """Yield a name beside a file to write to; what stands there at the end takes the file's place, and is gone when anything failed.

    Whoever reads meanwhile has the file as it was, and of two who write at once the later one's stays. Raises ``OSError``.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
