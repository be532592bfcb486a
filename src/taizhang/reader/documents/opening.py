"""Opening a document: what it is, told by its content and not by its name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from taizhang.reader.documents.docx import open_docx
from taizhang.reader.documents.docx.package import LIMITS
from taizhang.reader.documents.docx.symbols import INVISIBLE
from taizhang.reader.documents.model import Document, Kind, Notice, Part
from taizhang.reader.documents.plain import Decoded, decode
from taizhang.reader.documents.refusing import refuse

_TEXT_BYTES = 32 << 20
_LITERAL = re.compile(r"\[bookmark:\s*([^\]\n]{1,60})\]", re.I)


def read_document(path: Path) -> Document:
    """Read a document file.

    Raises ``Refusal`` with a code of ``document.…`` for whatever is no readable document.
    """
    try:
        size = path.stat().st_size
        if size > LIMITS.file_bytes:
            raise refuse("too_large", path.name, size=f"{size >> 20} MB", limit=f"{LIMITS.file_bytes >> 20} MB")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise refuse("not_found", path.name) from error
    except OSError as error:
        raise refuse("unreadable", path.name, reason=error.strerror or error) from error
    return read_document_bytes(data, path.name)


def read_document_bytes(data: bytes, name: str) -> Document:
    """Read a document from its bytes; ``name`` is told in messages and separates .md from .txt.

    Raises ``Refusal`` as :func:`read_document` does.
    """
    document = _read(data, name)
    found = [Notice("bookmark", m.start(), m.end(), {"name": m[1].strip()}) for m in _LITERAL.finditer(document.text)]
    return replace(document, notices=(*document.notices, *found)) if found else document


def _read(data: bytes, name: str) -> Document:
    if not data.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise refuse("empty", name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return open_docx(data, name).document
    if len(data) > _TEXT_BYTES:
        raise refuse("too_large", name, size=f"{len(data) >> 20} MB", limit=f"{_TEXT_BYTES >> 20} MB")
    decoded = decode(data)
    if decoded is None:
        raise refuse("encoding", name)
    return _plain(decoded, name, "md" if name.lower().endswith((".md", ".markdown")) else "txt")


def _plain(decoded: Decoded, name: str, kind: Kind) -> Document:
    text = decoded.text
    if not text.strip():
        raise refuse("empty", name)
    parts, start = [], 0
    for line in text.split("\n"):
        parts.append(Part("body", start, start + len(line)))
        start += len(line) + 1
    return Document(name, kind, text, tuple(parts), tuple(decoding_notices(decoded)))


def decoding_notices(decoded: Decoded) -> list[Notice]:
    """Return what is remarkable about the characters of a text file."""
    notices = []
    if decoded.repaired:
        at = decoded.text.find("�")
        notices.append(Notice("repaired", at, at + 1, {"count": decoded.repaired, "encoding": decoded.encoding.upper()}))
    first = INVISIBLE.search(decoded.text)
    if first is not None:
        notices.append(Notice("invisible", first.start(), first.end(), {"count": len(INVISIBLE.findall(decoded.text))}))
    return notices
