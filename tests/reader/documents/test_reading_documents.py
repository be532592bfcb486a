"""Documents as they come: what is read of each, what is told about it, and where its characters stand."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reader.documents import awkward_documents, refused_documents  # noqa: F401 - both register their cases
from reader.documents.make_documents import CASES, Case, W
from taizhang.errors import Refusal
from taizhang.reader.documents import Document, read_document, read_document_bytes

READABLE = [case for case in CASES if not case.refused]
ANY_PREFIX = f"{{{W}}}"


def test_there_are_enough_awkward_documents() -> None:
    assert len(CASES) >= 50
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_awkward_document(case: Case) -> None:
    document = read_document_bytes(case.make(), case.name)
    assert document.text == case.text
    counts: dict[str, int] = {}
    for notice in document.notices:
        counts[notice.kind] = counts.get(notice.kind, 0) + 1
        assert notice.message
        assert "{" not in notice.message
    assert counts == case.notices
    if case.params:
        params = document.notices[0].params
        assert {name: params[name] for name in case.params} == case.params
    if case.numbers is not None:
        assert tuple(part.number for part in document.parts) == case.numbers
    if case.kinds is not None:
        assert tuple(part.kind for part in document.parts) == case.kinds


@pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=lambda case: case.name)
def test_refused_document(case: Case) -> None:
    with pytest.raises(Refusal) as caught:
        read_document_bytes(case.make(), case.name)
    assert [fault.code for fault in caught.value.faults] == [case.refused]
    assert case.name in caught.value.faults[0].message
    assert "{" not in caught.value.faults[0].message


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_parts_hold_every_word_once(case: Case) -> None:
    document = read_document_bytes(case.make(), case.name)
    at = 0
    for part in document.parts:
        assert part.start >= at
        assert document.text[at : part.start].strip() == ""
        at = part.end
    assert document.text[at:].strip() == ""
    assert all(document.part_at(offset) is not None for offset, char in enumerate(document.text) if not char.isspace())


@pytest.mark.parametrize(
    "case", [c for c in READABLE if c.name not in ("strict.docx", "symbols.docx", "ruby_and_formula.docx")], ids=lambda case: case.name
)
def test_places_lead_back_to_the_characters(case: Case) -> None:
    # The runs are found by another parser, in the order in which they begin.
    data = case.make()
    document = read_document_bytes(data, case.name)
    mapped = 0
    for place in document.places:
        name = place.file if "odd" not in case.name else place.file.replace("/", "\\").replace("document", "Document")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            run = list(ElementTree.fromstring(archive.read(name)).iter(f"{ANY_PREFIX}r"))[place.run]
        written = "".join(t.text or "" for t in run.findall(f"{ANY_PREFIX}t"))
        shown = document.text[place.start : place.end]
        assert shown in ("\t", "\n", "-", " ") or shown.replace(" ", "") in written.replace("\n", "").replace(" ", "")
        assert document.place_of(place.start) == (place.file, place.run, place.character)
        mapped += len(shown)
    assert mapped >= sum(not char.isspace() for char in document.text)


def _named(name: str) -> Document:
    return next(read_document_bytes(case.make(), case.name) for case in CASES if case.name == name)


def test_cells_are_counted() -> None:
    document = _named("merged_cells.docx")
    cells = {(part.table, part.row, part.column): document.text[part.start : part.end] for part in document.parts}
    assert cells == {
        (1, 1, 1): "村", (1, 1, 2): "数", (1, 2, 1): "甲", (1, 2, 2): "1", (1, 2, 3): "2", (1, 3, 1): "", (1, 3, 2): "3", (1, 3, 3): "4",
    }  # fmt: skip


def test_notices_tell_where() -> None:
    document = _named("bookmarks.docx")
    word, literal = document.noticed("bookmark")
    assert (word.start, word.end) == (2, 2)
    assert document.text[literal.start : literal.end] == "[bookmark: _GoBack]"
    [field] = _named("fields.docx").noticed("field")
    assert (field.start, field.end) == (2, 4)
    [comment] = (document := _named("comments.docx")).noticed("comment")
    assert document.text[comment.start : comment.end] == "1200亩"
    [hidden] = _named("hidden.docx").noticed("hidden")
    assert hidden.start == 3


def test_headings_have_their_level(tmp_path: Path) -> None:
    import docx

    written = docx.Document()
    written.add_heading("报告", 0)
    written.add_heading("一、", 1)
    written.add_heading("（一）", 2)
    written.add_paragraph("正文")
    written.save(str(tmp_path / "a.docx"))
    document = read_document(tmp_path / "a.docx")
    assert document.text == "报告\n一、\n（一）\n正文"
    assert [part.level for part in document.parts] == [0, 1, 2, 0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        read_document(tmp_path / "无.docx")
    assert caught.value.faults[0].code == "document.not_found"
    with pytest.raises(Refusal) as caught:
        read_document(tmp_path)
    assert caught.value.faults[0].code == "document.unreadable"


def test_what_the_name_says_does_not_matter() -> None:
    data = CASES[0].make()
    for name in ("a.doc", "a.wps", "a.txt", "a"):
        assert read_document_bytes(data, name).kind == "docx"
