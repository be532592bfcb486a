"""Opening a document: what it is, told by its content and not by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from taizhang.reader.documents.docx import open_docx
from taizhang.reader.documents.docx.package import LIMITS
from taizhang.reader.documents.docx.symbols import INVISIBLE
from taizhang.reader.documents.html import declared_encoding, looks_like_html, read_html
from taizhang.reader.documents.model import Document, Kind, Notice, Part
from taizhang.reader.documents.office import read_converted
from taizhang.reader.documents.pdf import read_pdf
from taizhang.reader.documents.plain import Decoded, decode
from taizhang.reader.documents.refusing import refuse

_TEXT_BYTES = 32 << 20
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_FILE = b"\xec\xa5"  # the beginning of the stream that holds a Word document; its twelfth byte tells of a password
_STREAMS = (("Workbook", "Excel"), ("PowerPoint Document", "PowerPoint"), ("Book", "Excel"))
_OTHER = ((b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM6", "BMP"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "GZIP"),
          (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"MIME-Version:", "MHT"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"))  # fmt: skip
_LITERAL = re.compile(r"\[bookmark:\s*([^\]\n]{1,60})\]", re.I)


def read_document(path: Path) -> Document:
    """Read a document file.

    Raises ``Refusal`` with a code of ``document.…`` for whatever is no readable document.
    """
    return read_document_bytes(document_bytes(path), path.name)


def document_bytes(path: Path) -> bytes:
    """Return the bytes of a file that is not too large.

    Raises ``Refusal`` (``document.not_found``, ``document.unreadable``, ``document.too_large``).
    """
    try:
        size = path.stat().st_size
        if size > LIMITS.file_bytes:
            raise refuse("document.too_large", path.name, size=f"{size >> 20} MB", limit=f"{LIMITS.file_bytes >> 20} MB")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise refuse("document.not_found", path.name) from error
    except OSError as error:
        raise refuse("document.unreadable", path.name, reason=error.strerror or error) from error


def read_document_bytes(data: bytes, name: str) -> Document:
    """Read a document from its bytes; ``name`` is told in messages and separates .md from .txt.

    Raises ``Refusal`` as :func:`read_document` does.
    """
    document = _read(data, name)
    found = [Notice("bookmark", m.start(), m.end(), {"name": m[1].strip()}) for m in _LITERAL.finditer(document.text)]
    return replace(document, notices=(*document.notices, *found)) if found else document


def _read(data: bytes, name: str) -> Document:
    if not data.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise refuse("document.empty", name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, name)
    if data.startswith(_COMPOUND):
        return _compound(data, name)
    if b"%PDF-" in data[:1024]:
        return read_pdf(data, name)
    if data.startswith(b"{\\rtf"):
        return read_converted(data, name, "rtf")
    for mark, kind in _OTHER:
        if data.startswith(mark):
            raise refuse("document.not_a_document", name, kind=kind)
    if len(data) > _TEXT_BYTES:
        raise refuse("document.too_large", name, size=f"{len(data) >> 20} MB", limit=f"{_TEXT_BYTES >> 20} MB")
    return _text(data, name)


def _zipped(data: bytes, name: str) -> Document:
    # In an ODF file the first part, stored unpacked, tells what it is.
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in data[:120]:
        return read_converted(data, name, "odt")
    return open_docx(data, name).document


def _compound(data: bytes, name: str) -> Document:
    """Read an OLE file: old Word and WPS documents, and what a password has locked."""
    if _wide("EncryptedPackage") in data:
        raise refuse("document.encrypted", name)
    if _wide("WordDocument") not in data:
        found = next((kind for stream, kind in _STREAMS if _wide(stream) in data), "OLE")
        raise refuse("document.not_a_document", name, kind=found)
    start = data.find(_WORD_FILE, 512, 4096)
    if start > 0 and len(data) > start + 11 and data[start + 11] & 1:
        raise refuse("document.encrypted", name)
    return read_converted(data, name, "doc")


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _text(data: bytes, name: str) -> Document:
    decoded = decode(data, declared_encoding(data))
    if decoded is None:
        raise refuse("document.encoding", name)
    suffix = Path(name).suffix.lower()
    start = decoded.text[:3000]
    if suffix in (".md", ".markdown"):
        return _plain(decoded, name, "md")
    if looks_like_html(start) or (suffix in (".html", ".htm") and "<" in decoded.text):
        document = read_html(decoded.text, name)
        return replace(document, notices=(*document.notices, *_repaired(decoded, document.text)))
    if start.lstrip().startswith("<?xml"):
        if 'progid="Word.Document"' in start or "<pkg:package" in start or "w:wordDocument" in start:
            if "<!DOCTYPE" in decoded.text or "<!ENTITY" in decoded.text:
                raise refuse("document.entities", name)
            return read_converted(data, name, "xml")
        raise refuse("document.not_a_document", name, kind="XML")
    return _plain(decoded, name, "txt")


def _plain(decoded: Decoded, name: str, kind: Kind) -> Document:
    text = decoded.text
    if not text.strip():
        raise refuse("document.empty", name)
    parts, start = [], 0
    for line in text.split("\n"):
        parts.append(Part("body", start, start + len(line)))
        start += len(line) + 1
    return Document(name, kind, text, tuple(parts), (*_repaired(decoded, text), *_invisible(text)))


def _repaired(decoded: Decoded, text: str) -> Iterator[Notice]:
    if decoded.repaired:
        at = text.find("�")
        start, end = (at, at + 1) if at >= 0 else (None, None)
        yield Notice("repaired", start, end, {"count": decoded.repaired, "encoding": decoded.encoding.upper()})


def _invisible(text: str) -> Iterator[Notice]:
    first = INVISIBLE.search(text)
    if first is not None:
        yield Notice("invisible", first.start(), first.end(), {"count": len(INVISIBLE.findall(text))})
