"""What is told of a finding: its sentence, subject and name with personal values masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from taizhang.comparison.findings import plain
from taizhang.comparison.personal import personal_columns
from taizhang.comparison.versions import Versions
from taizhang.masking import mask_bank_card, mask_id_number, mask_telephone, mask_value
from taizhang.pack.definitions import Pack, Rule

_SUBJECTS: Mapping[str, Callable[[str], str]] = {"person": mask_id_number, "account": mask_bank_card, "telephone": mask_telephone}
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"[1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14}"), mask_id_number),
    (re.compile(r"[0-9]{16,19}"), mask_bank_card),
    (re.compile(r"1[0-9]{10}"), mask_telephone),
)


def mask_column(pack: Pack, rule: str, column: str, text: str) -> str:
    """Mask a text of a rule's answer by the fields that it may repeat, and what looks like a number of a person in any case."""
    # A value that comes from several fields is told as a name when it may be one: a surname says the least of what helps a person.
    fields = sorted(personal_columns(pack, rule).get(column, ()), key=lambda f: not f.is_name)
    return "、".join(mask_value(fields[0], part) or "" if fields else mask_shape(part) for part in text.split("、"))


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
        if not isinstance(value, str):
            return shown(value)
        if value in personal:
            return personal[value]
        return self.column(column, value)

    def column(self, column: str, value: str) -> str:
        """Return a text of the answer, masked where it is personal."""
        mask = _SUBJECTS.get(self.rule.subject) if column == "subject" else None
        return mask(value) if mask else mask_column(self.pack, self.rule.name, column, value)


def shown(value: Any) -> str:
    """Return a value as people read it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value) or ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
