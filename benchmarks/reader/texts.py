"""Invented report text of any length, and texts that are hard on a reader. Nothing here is a public text."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

_HERE = Path(__file__).parent
_NUMERALS = "一二三四五六七八九十"


def report(length: int, seed: int = 1) -> str:
    """Return the first ``length`` characters of an endless yearly report: title, headings, paragraphs, some 25 figures in 1 000 characters.

    Sentences are those of ``sentences.txt`` in another order every time, each with other numbers and names; most have no figure, which
    is how much of real reports is prose.
    """
    chance = random.Random(seed)
    written, size = ["云台镇2020年政府工作总结\n"], 14
    for section in count():
        if size >= length:
            return "".join(written)[:length]
        heading, *paragraphs = _section(section, chance)
        for line in (heading, *paragraphs):
            written.append(line + "\n")
            size += len(line) + 1


def _section(number: int, chance: random.Random) -> list[str]:
    titles, told, prose = _lines()
    lines = [f"{_NUMERALS[number % 10]}、{chance.choice(titles)}"]
    for index in range(chance.randrange(3, 6)):
        sentences = [*chance.sample(told, 5), *chance.sample(prose, 12)]
        chance.shuffle(sentences)
        body = "".join(_filled(s, chance) for s in sentences[: chance.randrange(4, 10)])
        lines.append(f"（{_NUMERALS[index]}）{chance.choice(titles)}。{body}" if index % 2 else body)
    return lines


@cache
def _lines() -> tuple[list[str], list[str], list[str]]:
    """Return headings, sentences with figures, sentences without."""
    lines = (_HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()
    titles = [line[1:].strip() for line in lines if line.startswith("#") and not line.startswith("##")]
    sentences = [line for line in lines if not line.startswith("#")]
    dashes = sentences.index("---")
    return titles, sentences[:dashes], sentences[dashes + 1 :]


def _filled(sentence: str, chance: random.Random) -> str:
    """Put names for 村 and numbers for N (whole), D (with decimals), P (a share), H (in Han numerals) in braces."""
    makers: dict[str, Callable[[], str]] = {
        "{村}": lambda: chance.choice("云石枫梅白青竹溪") + chance.choice("台桥林岭坡湾冲坪") + "村",
        "{N}": lambda: str(chance.choice((chance.randrange(2, 40), chance.randrange(40, 1000), chance.randrange(1000, 20000)))),
        "{D}": lambda: f"{chance.randrange(1, 300)}.{chance.randrange(1, 100)}",
        "{P}": lambda: f"{chance.randrange(1, 100)}.{chance.randrange(1, 10)}",
        "{H}": lambda: chance.choice(("三", "五", "八", "十二", "二十余", "一百二十", "两千三百")),
    }
    for mark, make in makers.items():
        while mark in sentence:
            sentence = sentence.replace(mark, make(), 1)
    return sentence


def _repeated(piece: str) -> Callable[[int], str]:
    return lambda n: (piece * (n // len(piece) + 1))[:n]


def _counting(n: int) -> str:
    """Return 1-2-3-4-… as far as it goes."""
    written: list[str] = []
    size = 0
    for number in count(1):
        if size >= n:
            return "".join(written)[:n]
        written.append(f"{number}-")
        size += len(written[-1])


AWKWARD: dict[str, Callable[[int], str]] = {
    "digits": _repeated("0123456789"),
    "一": _repeated("一"),
    "亿万千": _repeated("亿万千"),
    "，": _repeated("，"),
    "(": _repeated("("),
    "1.1.1.1": _repeated("1."),
    "1,000,000": _repeated("1,000,"),
    "12户": _repeated("12户"),
    "增长": _repeated("增长"),
    "增长12": _repeated("增长12"),
    "no punctuation": _repeated("全镇完成种植面积三百二十亩实现产值12.5万元带动农户八十六户"),
    "no punctuation, no line end": lambda n: report(n).translate(str.maketrans("", "", "，。；：、（）\n")),
    "one sentence": lambda n: report(n).translate(str.maketrans("。；\n", "，，，")),
    "nested brackets": lambda n: "（" * (n // 2) + "）" * (n // 2),
    "figures in nested brackets": lambda n: "（12户" * (n // 5) + "）" * (n // 5),
    "百分之": _repeated("百分之"),
    "1-2-3-4": _counting,
    "1至": _repeated("1至"),
    "其中12人": _repeated("其中12人，"),
    "占12%": _repeated("占12%"),
    "合计12人": _repeated("合计12人、"),
    "12人的": _repeated("12人的"),
    "分别12人、13人": _repeated("分别12人、13人"),
    "2020年": _repeated("2020年"),
    "10月1日": _repeated("10月1日"),
    "quotes": _repeated("“四个"),
    "straight quotes": _repeated('"四个'),
    "book titles": _repeated("《一"),
    "list numbers": _repeated("一、抓12户\n"),
    "announced lists": _repeated("做了以下三个方面：\n1、抓好生产工作。\n2、抓好安全工作。\n"),
    "short lines": _repeated("12户\n"),
    "villages": _repeated("云台村12户、"),
    "blanks": _repeated(" "),
    "figures among blanks": _repeated("12  户    "),
    "line ends": _repeated("\n"),
    "full-width": _repeated("１２．５％"),
}
