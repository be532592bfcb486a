"""The description of the interface in one language: Chinese, or English for who asks for it.

In the code operations and shapes are described in English, which the catalogue ``interface`` puts into Chinese; the other way round every
operation has a Chinese title, for which the first sentence of its description stands in English. Short words have both: ``中文 / English``.
"""

from __future__ import annotations

import gettext
from functools import cache
from typing import Any

from taizhang.i18n import LOCALE_DIR, _, language

_BOTH = " / "


def spoken(description: Any) -> Any:
    """Return a description, or a part of it, in the language of the session."""
    if isinstance(description, list):
        return [spoken(part) for part in description]
    if not isinstance(description, dict):
        return description
    told = {name: spoken(part) for name, part in description.items() if name != "example"}
    for name in ("description", "title"):
        if isinstance(told.get(name), str):
            told[name] = in_language(told[name])
    if "operationId" in told:
        told["summary"] = _summary(description)
        told["tags"] = [_(tag) for tag in description["tags"]]
    return told | ({"example": description["example"]} if "example" in description else {})


def in_language(text: str) -> str:
    """Return a text of the description in the language of the session."""
    chinese, both, english = text.partition(_BOTH)
    if both:
        return chinese if language() == "zh" else english
    return _chinese().gettext(text) if language() == "zh" else _(text)


def _summary(operation: Any) -> str:
    summary: str = operation["summary"]
    return summary if language() == "zh" else operation["description"].split("\n")[0].partition(". ")[0].rstrip(".")


@cache
def _chinese() -> gettext.NullTranslations:
    return gettext.translation("interface", LOCALE_DIR, languages=["zh"], fallback=True)
