"""The hash chain: what exactly is hashed, and with what.

A row's hash is H(hash of the row before, 32 bytes ‖ the row's text in UTF-8). The text is nine parts with U+001F between them:

    seq submission version replaces line nulls · op · ledger · entry · division · data · original · confirmed · sheet

The first part is whole numbers with blanks between (`None` for a null); `nulls` adds 1, 2, 4 when original, confirmed, sheet are null, which
are then empty. Should a text itself hold U+001F, the whole begins with U+001F and the lengths of the eight texts in characters, so that
no two different rows ever have the same text.

The row before the first has 32 zero bytes. A submission's hash is H(hash of the submission decided before ‖ its header as JSON),
and the header holds the hash of its last row. SM3 is GB/T 32905-2016.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from taizhang.errors import TaizhangError
from taizhang.journal.records import Submission

GENESIS = bytes(32)
Hasher = Callable[[bytes], bytes]


def hasher(algorithm: str) -> Hasher:
    """Return the function from bytes to digest (32 bytes) for ``sha256`` or ``sm3``.

    Raises ``TaizhangError`` (``journal.algorithm``) when this machine's OpenSSL has no such algorithm.
    """
    if algorithm == "sha256":
        sha256 = hashlib.sha256
        return lambda text: sha256(text).digest()
    if algorithm != "sm3" or "sm3" not in hashlib.algorithms_available:
        raise TaizhangError("journal.algorithm", algorithm=algorithm)
    prepared = hashlib.new("sm3")

    def digest(text: bytes) -> bytes:
        # Copying a prepared context is 1.6 times faster than hashlib.new for each row.
        context = prepared.copy()
        context.update(text)
        return context.digest()

    return digest


def row_text(
    seq: int,
    submission: int,
    ledger: str,
    entry: str,
    version: int,
    op: str,
    division: str,
    data: str,
    original: str | None,
    confirmed: str | None,
    sheet: str | None,
    line: int | None,
    replaces: int | None,
) -> bytes:
    """Return the bytes of a row that are hashed after the hash of the row before."""
    nulls = (original is None) + 2 * (confirmed is None) + 4 * (sheet is None)
    texts = (op, ledger, entry, division, data, original or "", confirmed or "", sheet or "")
    # One join is three times as fast as formatting all of them; this runs once for every row of the journal.
    text = "\x1f".join((f"{seq} {submission} {version} {replaces} {line} {nulls}", *texts))
    if text.count("\x1f") != len(texts):
        text = f"\x1f{[len(part) for part in texts]}\x1f{text}"
    return text.encode()


def instant(moment: datetime | None) -> str | None:
    """Return the one text of a time: UTC, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def header(submission: Submission) -> bytes:
    """Return the bytes of a decided submission that are hashed after the hash of the submission decided before."""
    s = submission
    fields: dict[str, Any] = {
        "number": s.number,
        "decision": s.decision,
        "ledgers": list(s.ledgers),
        "status": s.status,
        "person": s.person,
        "source": [s.source.kind, s.source.name, s.source.sha256],
        "note": s.note,
        "created_at": instant(s.created_at),
        "decided_at": instant(s.decided_at),
        "decided_by": s.decided_by,
        "reason": s.reason,
        "rows": s.rows,
        "payload_hash": s.payload_hash,
        "first_seq": s.first_seq,
        "last_seq": s.last_seq,
        "algorithm": s.algorithm,
        "rows_hash": s.rows_hash,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def seal(submission: Submission) -> str:
    """Return the hash, hexadecimal, that a decided submission must carry."""
    return hasher(submission.algorithm or "sha256")(bytes.fromhex(submission.previous_hash or "") + header(submission)).hex()
