"""Texts put together out of ``words.txt``; bytes choose the words, so that a fuzzer's mutations are mutations of wording."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path


@cache
def words() -> tuple[str, ...]:
    """Return the pieces, in the order of the file."""
    lines = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line and not line.startswith("# "))


def text_of(data: bytes) -> str:
    """Return the text that bytes stand for: UTF-8 as it is, or, behind a first byte of 255, two bytes a word."""
    if data[:1] != b"\xff":
        return data.decode("utf-8", "replace")
    known = words()
    return "".join(known[(high << 8 | low) % len(known)] for high, low in zip(data[1::2], data[2::2], strict=False))


def bytes_of(chosen: list[int]) -> bytes:
    """Return the bytes that stand for words by number."""
    return b"\xff" + b"".join(number.to_bytes(2, "big") for number in chosen)


def report(chance: random.Random, length: int) -> str:
    """Return words one after the other, without sense."""
    return "".join(chance.choices(words(), k=length))
