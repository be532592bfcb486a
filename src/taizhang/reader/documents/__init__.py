"""Documents as they are: files → text with a way back to where each character stands."""

from __future__ import annotations

from taizhang.reader.documents.model import Document, Notice, Part, Place
from taizhang.reader.documents.opening import read_document, read_document_bytes

__all__ = ["Document", "Notice", "Part", "Place", "read_document", "read_document_bytes"]
