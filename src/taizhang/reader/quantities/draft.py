"""A figure in the making."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from taizhang.reader.approximations import Word
from taizhang.reader.model import QuantityKind
from taizhang.reader.numerals import Numeral
from taizhang.reader.units import Match


@dataclass(slots=True)
class Draft:
    """Number and unit (``core_start`` to ``core_end``) and the whole with its approximate words (``start`` to ``end``)."""

    numeral: Numeral
    core_start: int
    core_end: int
    start: int
    end: int
    value: Decimal
    high: Decimal | None
    place: Decimal
    match: Match | None = None
    unit_name: str = ""  # of 百分之: the unit that the number brings along
    share: str = ""  # 百分之 as it stands
    words: list[Word] = field(default_factory=list)
    after_unit: str = ""  # 多 of 3年多
    notes: list[str] = field(default_factory=list)
    negative: bool = False
    fraction: bool = False
    kind: QuantityKind | None = None  # where the context has told it already

    @classmethod
    def of(cls, numeral: Numeral, end: int, match: Match | None = None) -> Draft:
        """Return the draft of one number that reaches to ``end`` with its unit."""
        return cls(numeral, numeral.start, end, numeral.start, end, numeral.value, numeral.high, numeral.place, match)

    @property
    def name(self) -> str:
        """The unit's canonical name, empty without one."""
        return self.unit_name or (self.match.unit.name if self.match else "")

    def reach(self, end: int) -> None:
        """Let number and unit end further right."""
        self.core_end = self.end = end
