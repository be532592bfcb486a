"""Word-processing files (.docx): text with a way back to the element in which each character stands."""

from __future__ import annotations

from taizhang.reader.documents.docx.gathering import Segment
from taizhang.reader.documents.docx.opened import Docx, open_docx

__all__ = ["Docx", "Segment", "open_docx"]
