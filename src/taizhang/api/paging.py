"""Pages by an opaque, signed mark of where the last one ended: what is added meanwhile neither doubles nor hides a row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.core import signing

from taizhang.errors import TaizhangError

_SALT = "taizhang.api.cursor"
T = TypeVar("T")


def mark(question: Any, place: Any) -> str:
    """Return the cursor for what comes behind a place in the answer to a question."""
    return signing.dumps([_print(question), place], salt=_SALT, compress=True)


def place_of(question: Any, cursor: str | None) -> Any:
    """Return the place that a cursor means; None for the beginning.

    Raises ``TaizhangError`` (``api.cursor``) for one that is not ours, or of another question.
    """
    if cursor is None:
        return None
    try:
        asked, place = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError, UnicodeError) as error:
        raise TaizhangError("api.cursor") from error
    if asked != _print(question):
        raise TaizhangError("api.cursor")
    return place


def _print(question: Any) -> str:
    return hashlib.sha256(json.dumps(question, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()[:16]


def page(
    items: Iterable[T], key: Callable[[T], Any], question: Any, cursor: str | None, limit: int, *, backwards: bool = False
) -> tuple[list[T], str | None]:
    """Return one page of what is held in memory, in the order of a key that tells all apart, and the cursor of the next."""
    ordered: Sequence[T] = sorted(items, key=key, reverse=backwards)
    after = place_of(question, cursor)
    if after is not None:
        place = tuple(after) if isinstance(after, list) else after
        ordered = [item for item in ordered if (key(item) < place if backwards else key(item) > place)]
    listed = list(ordered[:limit])
    return listed, mark(question, key(listed[-1])) if len(ordered) > limit else None
