"""Fuzz the opening of .docx files: ``python -m tests.fuzz.docx_bytes --seconds 60`` (atheris: the dependency group ``fuzz``).

An input that begins like an archive is read as it is; mutations reach into its parts. Any other is XML for the document's body, and behind
``0x1e`` for styles, numbering, footnotes and a header, so that the fuzzer need not learn to write archives.
"""

from __future__ import annotations

import io
import random
import sys
import zipfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))

with atheris.instrument_imports(include=["taizhang.reader.documents", "taizhang.archives"]):
    from fuzz import properties
    from reader.documents import awkward_documents, refused_documents  # noqa: F401 - both register their cases

from fuzz.running import run
from reader.documents.make_documents import CASES, docx, p, r

PARTS = ("styles", "numbering", "footnotes", "header1")
_SPLIT = b"\x1e"
_TAGS = [
    "w:p",
    "w:r",
    "w:t",
    "w:tab",
    "w:br",
    "w:cr",
    "w:sym",
    "w:tbl",
    "w:tr",
    "w:tc",
    "w:tcPr",
    "w:gridSpan",
    "w:vMerge",
    "w:ins",
    "w:del",
    "w:delText",
    "w:moveFrom",
    "w:moveTo",
    "w:sdt",
    "w:sdtContent",
    "w:hyperlink",
    "w:fldSimple",
    "w:fldChar",
    "w:instrText",
    "w:pPr",
    "w:rPr",
    "w:numPr",
    "w:ilvl",
    "w:numId",
    "w:pStyle",
    "w:outlineLvl",
    "w:vanish",
    "w:style",
    "w:basedOn",
    "w:num",
    "w:abstractNum",
    "w:abstractNumId",
    "w:lvl",
    "w:lvlText",
    "w:numFmt",
    "w:start",
    "w:lvlOverride",
    "w:startOverride",
    "w:footnoteReference",
    "w:footnote",
    "w:txbxContent",
    "mc:AlternateContent",
    "mc:Choice",
    "mc:Fallback",
    "v:textbox",
    "w:pict",
    "w:drawing",
    "w:bookmarkStart",
    "w:bookmarkEnd",
    "w:commentRangeStart",
    "w:noBreakHyphen",
]
_ATTRIBUTES = (
    'w:val="1"',
    'w:val="-1"',
    'w:val="99999999999"',
    'w:val=""',
    'w:val="x"',
    'w:id="1"',
    'w:name="_Toc1"',
    'w:type="begin"',
    'w:fldCharType="separate"',
    'w:fldCharType="end"',
    'w:char="F0A8"',
    'w:font="Wingdings"',
    'w:styleId="1"',
    'w:ilvl="9"',
    'xml:space="preserve"',
)


def one(data: bytes) -> None:
    """Open the bytes."""
    archive = data
    if not data.startswith(b"PK"):
        body, *rest = (piece.decode("utf-8", "replace") for piece in data.split(_SPLIT))
        archive = docx(body, **dict(zip(PARTS, rest, strict=False)))
    document = properties.open_well(archive)
    if document is not None:
        for offset in (0, len(document.text) // 2, len(document.text)):
            document.part_at(offset)
            document.place_of(offset)


def mutate(data: bytes, longest: int, seed: int) -> bytes:
    """Change a part of an archive, or the archive's own bytes now and then."""
    chance = random.Random(seed)
    if not data.startswith(b"PK") or chance.random() < 0.2:
        return bytes(atheris.Mutate(data, longest))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:
        return bytes(atheris.Mutate(data, longest))
    if not parts:
        return bytes(atheris.Mutate(data, longest))
    name = chance.choice(sorted(parts))
    parts[name] = bytes(atheris.Mutate(parts[name], len(parts[name]) + 200))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content)
    return out.getvalue()[:longest] if out.tell() > longest else out.getvalue()


def seeds() -> list[bytes]:
    """Return the awkward documents of the tests, their bodies alone, and a paragraph."""
    found = [p(r("全镇有12户22人。")).encode()]
    for case in CASES:
        data = case.make()
        found.append(data)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                text = archive.read("word/document.xml").decode("utf-8")
        except Exception:  # what is no archive has no body
            continue
        _, opening, body = text.partition("<w:body>")
        if opening:
            found.append(body.partition("<w:sectPr")[0].encode())
    return [seed for seed in found if len(seed) < 60_000]


def words() -> list[str]:
    """Return what XML of word processors is made of."""
    return [
        *(f"<{t}>" for t in _TAGS),
        *(f"</{t}>" for t in _TAGS),
        *(f"<{t}/>" for t in _TAGS),
        *_ATTRIBUTES,
        "<!DOCTYPE",
        "&#0;",
        "&amp;",
        "]]>",
    ]


if __name__ == "__main__":
    run(__doc__ or "", one, seeds(), words(), longest=60_000, mutate=mutate)
