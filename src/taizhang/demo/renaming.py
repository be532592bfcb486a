"""Other people, cards, companies and numbers in the place of an example's own, so that it can be planted in a town several times.

What a rule looks at is kept: birth date and sex in an identity number, whether a check character is right (or by how much it is wrong),
how near two numbers are, runs of consecutive numbers, and which values of an example are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from taizhang.demo.numbers import credit_check, id_check, luhn_check
from taizhang.pack.definitions import Field, Pack

_ID_CHECKS = "10X98765432"
_CREDIT_CHECKS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NUMBERED = re.compile("[号码]$|编号|批次")
_PLAIN = ("date", "timestamp", "month", "year", "choice", "yes_no", "money", "area", "number", "count", "percentage", "mass", "volume")
_PERIOD = re.compile(r"(19|20)\d\d(H[12]|Q[1-4]|-\d\d)?")
_DIGITS = "0123456789"
_CUT_OFF = "000"  # how a spreadsheet leaves a number that is too long for it
_GIVEN = "安邦成达恩发刚海江康岚明宁平青荣山田文贤祥兴阳勇云志洲子"  # added to names, two for each planting
_PARTS = re.compile("([/|、： ])")


class Renaming:
    """Maps the values of one example; ``number`` tells plantings apart, ``villages`` says which village stands for which."""

    def __init__(self, pack: Pack, number: int, villages: Mapping[str, str], kept: Iterable[str] = ()) -> None:
        self.pack, self.number, self.villages = pack, number, villages
        self._kept = frozenset(kept)  # values that mean something in the town: programmes, catalogues
        self._made: dict[str, str] = {}
        self._same: set[str] = set()  # values that stay as they are
        self._names: dict[str, str] = {}  # of persons, the longest first
        self._counties = {village[:6] for village in villages}

    def note_names(self, rows: Mapping[str, Iterable[Mapping[str, str | None]]]) -> None:
        """Learn which texts of an example are persons' names: two plantings are about different people, wherever the name is written."""
        names = {
            value
            for ledger, listed in rows.items()
            for row in listed
            for name, value in row.items()
            if value and len(value) > 1 and (field := self.pack.ledgers[ledger].fields.get(name)) and field.is_name and field.type == "text"
        }
        first, second = divmod(self.number, len(_GIVEN))
        self._names = {name: name + _GIVEN[first] + _GIVEN[second] for name in sorted(names - self._kept, key=len, reverse=True)}

    def row(self, ledger: str, row: Mapping[str, str | None]) -> dict[str, str]:
        """Return a row of canonical texts with its identities renamed; empty fields are left out."""
        fields = self.pack.ledgers[ledger].fields
        key = self.pack.ledgers[ledger].key
        return {n: self._value(fields[n], v, n in key) for n, v in row.items() if n in fields and v is not None}

    def told(self, value: object) -> object:
        """Return what a finding says of a renamed example: a whole value, or several with marks between them."""
        if not isinstance(value, str) or value in self._kept or value in self._same:
            return value
        ends = next((old for old in self._long() if value.endswith(old) and len(value) > len(old) + 1), "")
        if ends and not value[: -len(ends)].endswith(("：", "/", "、")):
            return value[: -len(ends)] + self._made[ends]
        return self._made.get(value) or "".join(self._made.get(part) or self._division(part) for part in _PARTS.split(value))

    def _long(self) -> list[str]:
        """Return the words that were renamed, the longest first: a finding may say one of them within a sentence."""
        return sorted((old for old in self._made if len(old) > 2 and not old.isascii()), key=len, reverse=True)

    def _value(self, field: Field, value: str, in_key: bool) -> str:
        if field.type in _PLAIN:
            return value
        if value in self._made:
            return self._made[value]
        new = self._new(field, value, in_key)
        if new != value:
            self._made[value] = new
            self._same.discard(value)
        else:
            self._same.add(value)
        return new

    def _new(self, field: Field, value: str, in_key: bool) -> str:
        if field.type == "division":
            return self._division(value)
        if value in self._kept or _PERIOD.fullmatch(value):
            return value
        if field.type in ("text", "long_text") and self._names:
            value = self._named(value)
        if field.type == "id_number":
            return self._identity(value)
        if field.type == "bank_card" and value.isdigit() and len(value) >= 12:
            return self._checked(value, 6, luhn_check, _DIGITS)
        if field.type == "credit_code" and len(value) == 18:
            return self._checked(value, 2, credit_check, _CREDIT_CHECKS)
        if field.type == "telephone" and re.fullmatch(r"1\d{10}", value):
            return f"{value[:3]}{self.number:04d}{value[7:]}"
        numbered = field.type == "text" and not field.is_name and (in_key or _NUMBERED.search(field.title))
        return self._numbered(value) if numbered or field.type == "reference" else value

    def _numbered(self, value: str) -> str:
        """Return what stands in the place of a number that is kept as text: what it has the form of tells what must be kept of it."""
        if _birth(value):
            return self._identity(value) if len(value) in (15, 18) else self._identity(value[:18]) + value[18:]
        if len(value) == 18 and set(value) <= set(_CREDIT_CHECKS) and not value.isdigit():
            return self._checked(value, 2, credit_check, _CREDIT_CHECKS)
        if not value.isdigit():
            return f"{value}-{self.number}"
        elsewhere = len(value) in (9, 12, 14) and value[:6] in self._counties
        return value if elsewhere else f"{self.number}{value}"  # the code of a division elsewhere says where

    def _named(self, value: str) -> str:
        if value in self._names:
            return self._names[value]
        for name, new in self._names.items():
            if name in value:
                return value.replace(name, new)
        return value

    def _division(self, code: str) -> str:
        return self.villages.get(code[:12], code[:12]) + code[12:] if len(code) >= 12 else code

    def _identity(self, value: str) -> str:
        region = f"99{self.number:04d}"
        if (
            len(value) == 18
            and value.endswith(_CUT_OFF)
            and id_check(value[:17]) != value[17]
            and id_check(region + value[6:17]) == value[17]
        ):
            region = f"98{self.number:04d}"  # a number that was cut off must stay wrong
        if len(value) == 18 and value[:17].isdigit():
            return self._checked(value, 0, id_check, _ID_CHECKS, region)
        return region + value[6:] if len(value) == 15 else value

    def _checked(self, value: str, at: int, check: Callable[[str], str], alphabet: str, code: str = "") -> str:
        """Put the planting's number into a text with a check character at its end, which stays as right or wrong as it was."""
        code = code or f"{self.number:04d}"
        made = value[:at] + code + value[at + len(code) : -1]
        right, last = check(value[:-1]), value[-1].upper()
        if last not in alphabet:
            return made + value[-1]
        wrong_by = alphabet.index(last) - alphabet.index(right)
        if wrong_by and value.endswith(_CUT_OFF):
            return made + last
        return made + alphabet[(alphabet.index(check(made)) + wrong_by) % len(alphabet)]


def _birth(value: str) -> bool:
    """Say whether a text is, or begins with, what has the form of an identity number: a day of birth at its place."""
    if not value[:17].isdigit() or len(value) not in (15, 18, 20, 21, 22, 23):
        return False
    day = "19" + value[6:12] if len(value) == 15 else value[6:14]
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
