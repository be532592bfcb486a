"""What a field is told to the grid, the table and the form, and what its input looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from taizhang.access.query import Operator, operators, personal, sortable
from taizhang.access.written import place_name
from taizhang.i18n import _
from taizhang.pack.divisions import LEVELS
from taizhang.pack.fieldtypes import FIELD_TYPES, NUMBERS, unit_of

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Field, Ledger

_INPUTS = {
    "date": ("date", r"\d{4}-\d\d-\d\d"),
    "month": ("month", r"\d{4}-\d\d"),
    "timestamp": ("datetime-local", r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d"),
    "telephone": ("tel", ".*"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One field as the grid, the table and the form need it."""

    name: str
    title: str
    kind: str
    unit: str
    number: bool
    key: bool
    required: bool
    personal: bool
    sortable: bool
    choices: tuple[str, ...]
    help: str
    operators: tuple[Operator, ...]

    def input(self, value: str) -> str:
        """Return the type of an HTML input that writes what the field reads; a value that it would not show stands in a text."""
        kind, shown = _INPUTS.get(self.kind, ("text", ""))
        return kind if not value or re.fullmatch(shown, value) else "text"

    @property
    def plain(self) -> dict[str, Any]:
        """What the grid's script is told."""
        wanted = ("name", "title", "unit", "number", "key", "required", "sortable", "choices", "help", "filter")
        return {name: getattr(self, name) for name in wanted}

    @property
    def filter(self) -> str:
        """What the filter in the column's head is: a ``choice``, a ``span``, part of a ``text``, the ``whole`` value; nothing where none may be set."""
        if "=" not in self.operators:
            return ""
        if self.choices:
            return "choice"
        return "span" if ">=" in self.operators else "text" if "contains" in self.operators else "whole"


def columns_of(sight: Sight, ledger: Ledger, *, unmasked: bool = False) -> list[Column]:
    """Return the fields of a ledger in their order."""
    return [_column(sight, ledger, field, unmasked) for field in ledger.fields.values()]


def _column(sight: Sight, ledger: Ledger, field: Field, unmasked: bool) -> Column:
    choices = ("是", "否") if field.type == "yes_no" else field.choices
    return Column(
        field.name,
        field.title,
        field.type,
        unit_of(field),
        field.type in NUMBERS,
        field.name in ledger.key,
        field.required,
        personal(sight, ledger, field.name),
        sortable(sight, ledger, field.name, unmasked=unmasked),
        choices,
        " ".join(filter(None, (_told(sight, field, choices), field.help))),
        operators(sight, ledger, field.name, unmasked=unmasked),
    )


def _told(sight: Sight, field: Field, choices: tuple[str, ...]) -> str:
    if choices:
        return ""  # a list of them stands there
    target = sight.pack.ledgers.get(field.to or "")
    return _("填“{ledger}”中的编号。").format(ledger=target.title) if target else FIELD_TYPES[field.type].describe(field)


def submission_address(number: int) -> str:
    """Return the address of a submission's page; empty where the office has none."""
    try:
        return reverse("submission", args=[number])
    except NoReverseMatch:
        return ""


def own_places(sight: Sight, act: str, ledger: Ledger, within: str = "") -> list[tuple[str, str]]:
    """Return the villages and groups (``within`` a division) with whose rows an act is allowed, as (code, name), for a list to choose from."""
    found = []
    for place in sight.places(act, ledger):
        for node in sight.divisions.subtree(place):
            if LEVELS[len(node.code)] in ("town", "village", "group") and node.valid_to is None and node.code.startswith(within):
                found.append((node.code, place_name(sight.divisions, node.code)))
    return found
