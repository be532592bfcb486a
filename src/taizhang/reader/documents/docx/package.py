"""The archive of a word-processing file: its parts by name, and how they refer to each other."""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from taizhang.archives import ArchiveLimits, trouble
from taizhang.reader.documents.docx.xmltree import ForbiddenXml, MalformedXml, Tree, parse
from taizhang.reader.documents.refusing import refuse

# Everything that the archive reader is known to raise over bytes that are no good archive.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error, NotImplementedError, RuntimeError, ValueError,
           KeyError, IndexError, OverflowError)  # fmt: skip
LIMITS = ArchiveLimits(file_bytes=128 << 20, unpacked_bytes=96 << 20)
_PART_BYTES = 48 << 20  # of one XML file; a report of a thousand pages has less


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference from one part to another: its last word (``header``, ``comments``), id and the part's name."""

    kind: str
    id: str
    target: str


class Package:
    """The parts of a word-processing file.

    Raises ``Refusal`` (``document.broken``, ``document.encrypted``, ``document.too_large``).
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            found = trouble(self.archive, LIMITS, lambda part: part.lower().endswith((".xml", ".rels")))
        except DAMAGED as error:
            raise refuse("document.broken", name) from error
        if found is not None:
            raise refuse(f"document.{found.kind}", name, size=found.size, limit=found.limit)
        self._names = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in self.archive.infolist()}
        self._trees: dict[str, Tree] = {}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def stored_name(self, part: str) -> str:
        """Return the name under which the archive holds a part."""
        return self._names[part.lower()].filename

    def read(self, part: str) -> bytes:
        """Return the bytes of a part; the caller knows that it is there."""
        info = self._names[part.lower()]
        if info.file_size > _PART_BYTES:
            raise refuse("document.too_large", self.name, size=f"{info.file_size >> 20} MB", limit=f"{_PART_BYTES >> 20} MB")
        try:
            return self.archive.read(info)
        except DAMAGED as error:
            raise refuse("document.broken", self.name) from error

    def tree(self, part: str) -> Tree:
        """Return a part's elements."""
        if part not in self._trees:
            try:
                self._trees[part] = parse(self.read(part))
            except ForbiddenXml as error:
                raise refuse("document.entities", self.name) from error
            except MalformedXml as error:
                raise refuse("document.broken", self.name) from error
        return self._trees[part]

    def relations(self, part: str) -> list[Relation]:
        """Return what a part refers to inside of the package; the empty name is the package itself."""
        folder, rels = posixpath.dirname(part), relations_part(part)
        if rels not in self:
            return []
        found = []
        for node in self.tree(rels).root.children:
            kind, target = node.attributes.get("Type", ""), unquote(node.attributes.get("Target", ""))
            if node.tag == "rel:Relationship" and target and node.attributes.get("TargetMode") != "External":
                full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found.append(Relation(kind.rpartition("/")[2], node.attributes.get("Id", ""), full))
        return found

    @cached_property
    def main(self) -> str:
        """The name of the document part; empty when there is none."""
        named = [relation.target for relation in self.relations("") if relation.kind == "officeDocument" and relation.target in self]
        return named[0] if named else "word/document.xml" if "word/document.xml" in self else ""

    def related(self, kind: str) -> list[Relation]:
        """Return the parts of one kind that the document refers to and that are there."""
        return [relation for relation in self._document_relations if relation.kind == kind and relation.target in self]

    @cached_property
    def _document_relations(self) -> list[Relation]:
        return self.relations(self.main)


def relations_part(part: str) -> str:
    """Return the name of the part in which the references of a part stand."""
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")
