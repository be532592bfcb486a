"""The content of a pending submission: gzip over one JSON array a line, in the order of ``Change``."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence

from taizhang.errors import TaizhangError
from taizhang.journal.records import Change


def pack(changes: Sequence[Change]) -> tuple[bytes, str]:
    """Return the compressed content and the SHA-256 of the uncompressed one."""
    text = "".join(json.dumps(change, ensure_ascii=False, separators=(",", ":")) + "\n" for change in changes).encode()
    return gzip.compress(text, compresslevel=1, mtime=0), hashlib.sha256(text).hexdigest()


def unpack(number: int, content: bytes | None, expected: str | None) -> list[Change]:
    """Return the changes again.

    Raises ``TaizhangError`` (``journal.payload_changed``) when the content is not what was submitted.
    """
    try:
        text = gzip.decompress(bytes(content or b""))
        changes = [Change(*json.loads(line)) for line in text.split(b"\n") if line]
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise TaizhangError("journal.payload_changed", number=number) from error
    if hashlib.sha256(text).hexdigest() != expected:
        raise TaizhangError("journal.payload_changed", number=number)
    return changes
