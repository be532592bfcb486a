"""Figures that are distributed over a list of names: 分别, ratios, sectors written as letters."""

from __future__ import annotations

from taizhang.reader.measures.segment import NAME, Token, Words
from taizhang.reader.model import Quantity


def distributed(parts: list[list[Token]]) -> list[list[Token]]:
    """Return the members of a list, each with the names that the last one ends with: 农业、林业、牧业产值."""
    last = parts[-1]
    tail = len(last)
    while tail > 1 and last[tail - 1].kind == NAME:
        tail -= 1
    names = last[tail:]
    return [part if part is last or (part[-1].kind == NAME) else [*part, *names] for part in parts]


def letters(text: str, count: int, known: str) -> list[str]:
    """Return the sectors of 农林牧 or 农林牧渔业 one by one; nothing where the number does not fit."""
    head = text.rstrip("业")
    if len(head) == count > 1 and all(c in known for c in head):
        return [c + "业" for c in head]
    return []


def ratio_names(text: str, count: int, words: Words) -> list[str]:
    """Return what the parts of a ratio are: shares of the three sectors, or nothing where the text does not tell."""
    if count == len(words.sectors) and any(word in text for word in words.sector_words):
        return [f"{sector}占比" for sector in words.sectors]
    return []


def suffix(quantity: Quantity, measure: str, alone: bool, words: Words) -> str:
    """Return the word that a unit adds to a name which does not say it: 危房改造3户 is 危房改造户数."""
    unit = quantity.unit.name
    word = words.suffixes.get(unit, "")
    if not word or (not measure and unit not in ("户", "人")) or measure.endswith(word) or quantity.written_unit == "口":
        return ""
    if unit == "户":
        return "" if alone and measure.endswith("户") else word
    if unit == "人":
        return "" if measure.endswith("人口") or (alone and measure.endswith(words.persons)) else word
    if unit == "亩":
        return "" if measure.endswith(words.areas) or "面积" in measure else word
    if unit == "元":
        return "" if alone or measure.endswith(words.money) else word
    return "" if alone else word
