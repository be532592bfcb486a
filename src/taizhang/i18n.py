"""The language of the session: Chinese unless the environment asks for English."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"


def language() -> str:
    """Return ``zh`` or ``en``.

    ``TAIZHANG_LANG`` decides, then ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``; only a value that begins with ``en`` gives English.
    """
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
