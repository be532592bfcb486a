"""Numerals: the numbers of a Chinese text as exact decimals, by a scanner that reads each character once."""

from __future__ import annotations

from taizhang.reader.numerals.alphabet import Alphabet, alphabet
from taizhang.reader.numerals.scan import Numeral, scan

__all__ = ["Alphabet", "Numeral", "alphabet", "scan"]
