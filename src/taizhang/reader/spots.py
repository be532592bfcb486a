"""The places of a text where a number begins."""

from __future__ import annotations

import re

from taizhang.reader.calendar import NUMERAL

# Beginning with a set of characters, it is found twice as fast as by its alternatives.
_RUN = re.compile(rf"[\d{NUMERAL}](?:(?<=\d)\d*(?:[.,]\d+)*|[{NUMERAL}]*)")


class Spots:
    """Offsets of Arabic and of Chinese numbers, in text order; 万 of 12万 begins none."""

    def __init__(self, plain: str) -> None:
        self.digit: list[int] = []
        self.han: list[int] = []
        last = -1
        for m in _RUN.finditer(plain):
            start = m.start()
            if start != last and plain[start - 1 : start] != ".":
                (self.digit if plain[start].isdigit() else self.han).append(start)
            last = m.end()
