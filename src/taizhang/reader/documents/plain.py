"""Plain text: which encoding its bytes are in."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_USUAL = re.compile("[\t\n\r\x20-\x7e\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_SAMPLE = 20_000
_TOLERATED = 200  # one damaged place in so many characters


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with its encoding; ``repaired`` places were no valid bytes and hold U+FFFD."""

    text: str
    encoding: str
    repaired: int = 0


def decode(data: bytes, declared: str = "") -> Decoded | None:
    """Return the text of bytes in UTF-8, UTF-16, UTF-32 or GB18030, or None when they are no text.

    ``declared`` is an encoding that the file names itself; it is tried after the marks and UTF-8. Line ends become ``\\n``.
    """
    found = _decoded(data, declared)
    if found is None:
        return None
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROL.findall(text[:_SAMPLE])) * 50 > len(text[:_SAMPLE]):
        return None
    return Decoded(text, found.encoding, found.repaired)


def _decoded(data: bytes, declared: str) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _tolerant(data, encoding)
    if b"\0" in data[:_SAMPLE]:
        return _wide(data)
    for encoding in ("utf-8", "gb18030"):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeError:
            continue
    named = [declared] if declared.lower() in ("big5", "utf-16", "utf-16le", "utf-16be") else []
    for encoding in (*named, "utf-8", "gb18030"):
        found = _tolerant(data, encoding)
        if found is not None:
            return found
    return None


def _tolerant(data: bytes, encoding: str) -> Decoded | None:
    text = data.decode(encoding, "replace")
    damaged = text.count("�")
    return Decoded(text, encoding.removesuffix("-sig"), damaged) if damaged * _TOLERATED <= len(text) + _TOLERATED else None


def _wide(data: bytes) -> Decoded | None:
    """Return UTF-16 without a mark: of the two byte orders the one that gives usual characters."""
    best: tuple[float, Decoded] | None = None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data[: len(data) & ~1].decode(encoding, "replace")
        sample = text[:_SAMPLE]
        share = len(_USUAL.findall(sample)) / max(1, len(sample))
        if share > 0.8 and (best is None or share > best[0]):
            best = (share, Decoded(text, encoding, text.count("�")))
    return best[1] if best is not None else None
