"""The language of the session: Chinese unless the environment asks for English."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

LOCALE_DIR = Path(__file__).parent / "locale"
Language = Literal["zh", "en"]
_spoken: ContextVar[Language | None] = ContextVar("language", default=None)


@contextmanager
def speaking(chosen: Language | None) -> Iterator[None]:
    """Let a piece of work speak one language, whatever the environment asks for: one process serves people of both."""
    token = _spoken.set(chosen)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> Language:
    """Return ``zh`` or ``en``.

    What ``speaking`` chose goes first; ``TAIZHANG_LANG`` decides, then ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``; only a value that begins with ``en`` gives English.
    """
    chosen = _spoken.get()
    if chosen:
        return chosen
    for name in ("TAIZHANG_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


@cache
def _translation(lang: str) -> gettext.NullTranslations:
    return gettext.translation("taizhang", LOCALE_DIR, languages=[lang], fallback=True)


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools know
    """Mark a message for the catalogue that is translated only where it is shown."""
    return message


def _(message: str) -> str:
    """Translate an interface message; the message itself is Chinese."""
    return message if language() == "zh" else _translation("en").gettext(message)
