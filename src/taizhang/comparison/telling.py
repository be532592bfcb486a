"""What is told of a finding: its sentence with personal values masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.comparison.findings import plain
from taizhang.comparison.versions import Versions
from taizhang.masking import mask_bank_card, mask_id_number, mask_name, mask_telephone
from taizhang.pack.definitions import Pack, Rule

# How the subject and the name of a finding are masked; subjects that are not people have no secret.
_SUBJECTS: Mapping[str, Callable[[str], str]] = {"person": mask_id_number, "account": mask_bank_card, "telephone": mask_telephone}
_NAMED = frozenset({"person", "household", "account", "telephone", "plot", "loan", "vehicle", "machine", "house"})
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"[1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14}"), mask_id_number),
    (re.compile(r"[0-9]{16,19}"), mask_bank_card),
    (re.compile(r"1[0-9]{10}"), mask_telephone),
)


def mask_subject(kind: str, subject: str) -> str:
    """Mask what a finding is about."""
    mask = _SUBJECTS.get(kind)
    return mask(subject) if mask else mask_shape(subject)


def mask_named(kind: str, name: str | None) -> str | None:
    """Mask the name that goes with a subject, unless it is that of an office or a company."""
    return mask_name(name) if name and kind in _NAMED else name


def mask_shape(text: str) -> str:
    """Mask a text that looks like an identity number, a card or a telephone number."""
    return next((mask(text) for shape, mask in _SHAPES if shape.fullmatch(text)), text)


class Masker:
    """Fills the sentence of a rule."""

    def __init__(self, pack: Pack, rule: Rule, versions: Versions) -> None:
        self.pack, self.rule, self.versions = pack, rule, versions

    def says(self, record: Mapping[str, Any]) -> str:
        """Return the sentence for a row found."""
        personal = self.versions.personal(record["left"], record.get("right"))
        return self.rule.says.format(**{name: self._text(name, value, personal) for name, value in record.items()})

    def _text(self, column: str, value: Any, personal: Mapping[str, str]) -> str:
        text = shown(value)
        if not isinstance(value, str):
            return text
        if column == "subject":
            return mask_subject(self.rule.subject, text)
        if column == "name":
            return mask_named(self.rule.subject, text) or ""
        return "、".join(personal[part] if part in personal else mask_shape(part) for part in text.split("、"))


def shown(value: Any) -> str:
    """Return a value as people read it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value) or ""
    return value.isoformat() if isinstance(value, date) else str(value)
