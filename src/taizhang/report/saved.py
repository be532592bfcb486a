"""Reading back what a written report knows about itself: its sentences and the figures in them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from taizhang.errors import TaizhangError
from taizhang.report.model import Report, from_json

METADATA_NAMESPACE = "https://taizhang.invalid/report/1"
DATA_ID = "taizhang-report"
# Far above any report; keeps a crafted archive from filling the memory.
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report as it was written, and the numbers of the sentences whose text somebody has changed in the file since."""

    report: Report
    edited: tuple[int, ...] = ()


def read_saved(path: Path) -> SavedReport:
    """Read the report data out of a .docx, .html or .json file that Taizhang wrote; the ending of the name does not matter.

    Raises ``TaizhangError``: ``report.unreadable`` when there is no such file, ``report.not_ours`` when it holds no report data.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TaizhangError("report.unreadable", file=path.name, problem=error.strerror or str(error)) from error
    if len(content) > _LARGEST:
        raise TaizhangError("report.not_ours", file=path.name)
    readers: list[Callable[[Path, bytes], SavedReport | None]] = [_from_docx] if content[:2] == b"PK" else [_from_json, _from_html]
    for reader in readers:
        try:
            saved = reader(path, content)
        except (KeyError, TypeError, ValueError, ArithmeticError, BadZipFile, ParseError, RecursionError):
            saved = None
        if saved is not None:
            return saved
    raise TaizhangError("report.not_ours", file=path.name)


def _from_json(path: Path, content: bytes) -> SavedReport | None:
    return SavedReport(from_json(json.loads(content.decode("utf-8-sig"))))


def _from_html(path: Path, content: bytes) -> SavedReport | None:
    text = content.decode("utf-8")
    found = re.search(rf'<script type="application/json" id="{DATA_ID}">(.*?)</script>', text, re.DOTALL)
    return SavedReport(from_json(json.loads(found[1]))) if found else None


def _from_docx(path: Path, content: bytes) -> SavedReport | None:
    with ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > _LARGEST:
            return None
        # Word and WPS may number the parts anew when they save: the namespace tells ours.
        for name in archive.namelist():
            if name.startswith("customXml/item") and name.endswith(".xml") and "Props" not in name:
                data = _item_text(archive.read(name))
                if data is not None:
                    report = from_json(json.loads(data))
                    return SavedReport(report, _edited(report, archive.read("word/document.xml").decode("utf-8")))
    return None


def _item_text(part: bytes) -> str | None:
    """Return the text of our element; parsed by hand, because an XML parser would also expand entities of a foreign file."""
    text = part.decode("utf-16" if part[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    found = re.search(rf'<(?:\w+:)?report\s[^>]*"{re.escape(METADATA_NAMESPACE)}"[^>]*>(.*?)</', text, re.DOTALL)
    return html.unescape(found[1]) if found else None


def _edited(report: Report, document: str) -> tuple[int, ...]:
    """Numbers of the sentences that no longer stand in the document's text."""
    paragraphs = re.findall(r"<w:p[ >].*?</w:p>", document, re.DOTALL)
    text = "\n".join(html.unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", p))) for p in paragraphs)
    return tuple(sentence.number for sentence in report.sentences if sentence.text not in text)


def embed_json(data: Any) -> str:
    """Return JSON that may stand inside a script element: nothing in it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (
        text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
