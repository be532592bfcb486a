"""Headings as people write them: normal form, unit in brackets, serial numbers, and the field that a heading means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from taizhang.pack.definitions import Field, Ledger

_DROPPED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*※★☆·]|\((?:必填|选填|必填项|选填项)\)")
_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_SLASH_UNIT = re.compile(r"^(.+?)[/,:](\D{1,5})$")
_SERIAL = {"序号", "序", "序列号", "行号", "no", "no.", "顺序号", "编号序号", "序次"}
_QUANTITIES = {"money", "area", "mass", "volume", "number", "count", "percentage"}


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Return a heading without blanks, width, case, marks of obligation.

    >>> normal(" 面 积（亩）*\\n")
    '面积(亩)'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=65536)
def bare(text: str) -> tuple[str, str | None]:
    """Return a normal heading without what stands in brackets, and that (a unit, perhaps).

    >>> bare("面积(亩)")
    ('面积', '亩')
    """
    inside = [next(group for group in found.groups() if group is not None) for found in _BRACKET.finditer(text)]
    rest = _BRACKET.sub("", text)
    if inside and rest:
        return rest, inside[-1] or None
    found = _SLASH_UNIT.match(text)
    return (found[1], found[2]) if found else (text, None)


def is_serial(text: str) -> bool:
    """Tell whether a heading is that of a serial number."""
    return bare(normal(text))[0] in _SERIAL


def is_quantity(field: Field) -> bool:
    """Tell whether values of a field carry a unit."""
    return field.type in _QUANTITIES


def heading_key(path: Sequence[str]) -> str:
    """Return the text by which a heading of one or several lines is remembered, whatever its blanks and width.

    >>> heading_key(["面 积（亩）", "其中：水田"])
    '面积(亩)/其中:水田'
    """
    return "/".join(map(normal, path))


class Titles:
    """The headings of one ledger: titles and field codes first, then aliases, then the same without brackets.

    ``said`` goes before all of them: what a person said that headings mean, by ``heading_key``; None means no field.
    """

    def __init__(self, ledger: Ledger, said: Mapping[str, str | None] | None = None) -> None:
        self.ledger = ledger
        self.said = {key: name for key, name in (said or {}).items() if name is None or name in ledger.fields}
        self._spoken = {key.rpartition("/")[2] for key, name in self.said.items() if name}
        self._exact: dict[str, str] = {}
        self._alias: dict[str, str] = {}
        self._bare: dict[str, str] = {}
        self._found: dict[str, tuple[str | None, str | None]] = {}
        for name, field in ledger.fields.items():
            self._exact.setdefault(normal(field.title), name)
        for name, field in ledger.fields.items():
            self._exact.setdefault(normal(name), name)
            for alias in field.aliases:
                self._alias.setdefault(normal(alias), name)
        for known in (self._exact, self._alias):
            for text, name in known.items():
                self._bare.setdefault(bare(text)[0], name)

    def find(self, heading: str) -> tuple[str | None, str | None]:
        """Return the field that a heading means and what its brackets hold; (None, None) when it means none. Nothing is guessed."""
        if heading not in self._found:
            self._found[heading] = self._look_up(heading)
        return self._found[heading]

    def names(self, text: str) -> bool:
        """Tell whether a cell may be the heading of a field."""
        return self.find(text)[0] is not None or normal(text) in self._spoken

    def _look_up(self, heading: str) -> tuple[str | None, str | None]:
        text = normal(heading)
        if not text:
            return None, None
        stripped, unit = bare(text)
        name = self._exact.get(text) or self._alias.get(text)
        if name is None and stripped != text:
            name = self._exact.get(stripped) or self._alias.get(stripped)
        if name is None:
            name = self._bare.get(stripped)
        return (name, unit) if name else (None, None)

    def nearest(self, heading: str) -> str:
        """Return the title that looks most like a heading, to be suggested; empty when none does."""
        known = {**self._alias, **self._exact}
        close = difflib.get_close_matches(bare(normal(heading))[0], list(known), 1, 0.5)
        return self.ledger.fields[known[close[0]]].title if close else ""


def cell_text(cell: Any) -> str:
    """Return a cell as text for looking at headings and remarks."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def same_title(text: str, names: Iterable[str]) -> bool:
    """Tell whether a sheet's or file's name is one of the names, blanks and width aside; Excel cuts sheet names at 31 characters."""
    mine = normal(text)
    return any(mine == normal(name) or (len(text) == 31 and normal(name[:31]) == mine) for name in names)
