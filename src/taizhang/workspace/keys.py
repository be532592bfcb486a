"""Keys that lie in a file of the workspace and nowhere else: not in its database, not in its backups."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def keys_of(path: Path, make: Callable[[], str]) -> list[str]:
    """Return the keys of a file, a line each and the one in use first; the first time a file is made with one.

    Of two processes that make it at the same moment, one does, and both get the same key.
    """
    if not path.is_file():
        part = _written(path, [make()])
        try:
            os.link(part, path)  # the whole file or none: nobody reads one that is half written
        except FileExistsError:
            pass
        except OSError:  # a file system without links, where two processes at one moment have to be borne
            part.replace(path)
        part.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").split()


def replace_keys(path: Path, keys: list[str]) -> None:
    """Put other keys in the place of those of a file."""
    _written(path, keys).replace(path)


def _written(path: Path, keys: list[str]) -> Path:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write("".join(f"{key}\n" for key in keys))
        stream.flush()
        os.fsync(stream.fileno())
    return part
