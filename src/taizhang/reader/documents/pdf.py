"""Text of PDF files: lines that break within a sentence are joined, page numbers and running heads left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from statistics import median

from taizhang.errors import Refusal
from taizhang.reader.documents.model import Document, Notice, Part
from taizhang.reader.documents.refusing import refuse

_MOST_PAGES = 2000
_NUMBER = re.compile(
    r"\s*(?:[-—–·•]\s*)*(?:第\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?\s*(?:页\s*)?(?:[,，/]?\s*共\s*\d{1,4}\s*页\s*)?(?:[-—–·•]\s*)*"
)
_ENDED = ("。", "！", "？", "；", "：", "!", "?", ";", "”", "》")
_BEGINS = re.compile(
    r"\s{2,}|[\u3000\u2003]|(?:第?[一二三四五六七八九十百]{1,4}[、章节部编条]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]是|[①-⑳])"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# Word processors set digits a little apart from Han characters, and that gap comes out as a blank.
_GAP = re.compile(
    "(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef])"
)
_FULL = 0.88  # a line as long as this share of the usual longest goes on in the next one
_ASCII_END, _ASCII_START = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z]")


def read_pdf(data: bytes, name: str) -> Document:
    """Return the text of a PDF file.

    Raises ``Refusal`` (``document.pdf_missing``, ``document.encrypted``, ``document.broken``, ``document.too_large``, ``document.empty``).
    """
    pages = [_lines(page) for page in _pages(data, name)]
    numbers = _without_page_numbers(pages)
    running = _without_running(pages)
    lines = [line for page in pages for line in page]
    text = "\n".join(_joined(lines))
    if not text.strip():
        raise refuse("document.empty", name)
    notices = []
    if numbers:
        notices.append(Notice("page_numbers", None, None, {"count": numbers}))
    for wording, count in running.items():
        notices.append(Notice("running", None, None, {"count": count, "excerpt": wording[:40]}))
    return Document(name, "pdf", text, tuple(_parts(text)), tuple(notices))


def _pages(data: bytes, name: str) -> list[str]:
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise refuse("document.pdf_missing", name) from error
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise refuse("document.encrypted", name)
        count = len(reader.pages)
        if count <= _MOST_PAGES:
            return [page.extract_text() for page in reader.pages]
    except Refusal:
        raise
    except Exception as error:  # whatever the library meets in a damaged file
        locked = type(error).__name__ in ("DependencyError", "FileNotDecryptedError")
        raise refuse("document.encrypted" if locked else "document.broken", name) from error
    raise refuse("document.too_large", name, size=f"{count}页", limit=f"{_MOST_PAGES}页")


def _lines(page: str) -> list[str]:
    return [_GAP.sub("", line.rstrip()) for line in _CONTROL.sub("", page).split("\n") if line.strip()]


def _without_page_numbers(pages: list[list[str]]) -> int:
    """Take page numbers off the first and last line of pages; return how many."""
    count = 0
    for page in pages:
        for index in (-1, 0):
            if page and _NUMBER.fullmatch(page[index]):
                del page[index]
                count += 1
                break
    return count


def _without_running(pages: list[list[str]]) -> Counter[str]:
    """Take off first and last lines that at least half of the pages, and three, have alike."""
    taken: Counter[str] = Counter()
    for index in (0, -1):
        wordings = Counter(page[index].strip() for page in pages if len(page) > 1)
        for wording, count in wordings.items():
            if count >= max(3, len(pages) / 2):
                taken[wording] += count
        for page in pages:
            if len(page) > 1 and page[index].strip() in taken:
                del page[index]
    return taken


def _joined(lines: list[str]) -> list[str]:
    """Join lines that were broken only because the page was full."""
    if not lines:
        return []
    long = sorted(map(_width, lines))[-max(1, len(lines) // 2) :]
    full = median(long) * _FULL
    joined: list[list[str]] = []
    going_on = False
    for line in lines:
        if going_on and not _BEGINS.match(line):
            before = joined[-1][-1]
            blank = " " if _ASCII_END.search(before) and _ASCII_START.search(line) else ""
            joined[-1].append(blank + line.lstrip())
        else:
            joined.append([line.strip()])
        going_on = _width(line) >= full and not line.endswith(_ENDED)
    return ["".join(pieces) for pieces in joined]


def _width(line: str) -> float:
    return sum(1.0 if char >= "\u2e80" else 0.5 for char in line)


def _parts(text: str) -> list[Part]:
    parts, start = [], 0
    for line in text.split("\n"):
        parts.append(Part("body", start, start + len(line)))
        start += len(line) + 1
    return parts
