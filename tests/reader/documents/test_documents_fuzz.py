"""No bytes make reading fail otherwise than by a refusal, and what is read is coherent."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.documents import awkward_documents, refused_documents  # noqa: F401 - both register their cases
from reader.documents.any_elements import elements
from reader.documents.make_documents import CASES, docx, p, r
from reader.documents.make_pdf import pdf
from support.work import growth
from taizhang.errors import Refusal
from taizhang.reader.documents import Document, office, read_document_bytes

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SMALL = [case.make() for case in CASES if case.name not in ("bomb.docx", "deep.docx", "text_in_a_form.docx")]
DOCX = [data for data in SMALL if data.startswith(b"PK")]
FRAGMENTS = [
    "</w:p>", "<w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "<w:tbl>", "<w:tr>", "<w:tc>", "</w:tc>", "</w:tr>", "</w:tbl>", "<w:del>",
    "<w:numPr/>", '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>', '<w:fldChar w:fldCharType="separate"/>', "<",
    "&", "&#0;", "&x;", "]]>", "<![CDATA[", "<!--", "<!DOCTYPE a>", 'w:val="-99999999999999999999"', 'w:val=""', "w:val='١'", "\x00", "<w:sdt/>",
    "<w:pPr><w:outlineLvl w:val='abc'/></w:pPr>", "<w:sym/>", "<mc:AlternateContent/>", "<w:footnoteReference/>", 'xmlns:w="x"', "<w:hyperlink>",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "office_program", lambda: None)


def _try(data: bytes, name: str = "a.docx") -> Document | None:
    refusal = None
    try:
        document = read_document_bytes(data, name)
    except Refusal as error:
        refusal = error
    if refusal is not None:
        assert refusal.faults
        assert all(fault.message and "{" not in fault.message for fault in refusal.faults)
        return None
    size, at = len(document.text), 0
    for span in (*document.parts, *(place for place in document.places)):
        assert 0 <= span.start <= span.end <= size
    for place in document.places:
        assert place.start >= at
        at = place.end
    for notice in document.notices:
        assert notice.message
        assert notice.start is None or 0 <= notice.start <= size
    return document


@given(st.binary(max_size=400))
@SETTINGS
def test_any_bytes(data: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"%PDF-1.4\n", b"{\\rtf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"<?xml", b"\xff\xfe"):
        _try(head + data, "a")


@given(st.text(max_size=300))
@SETTINGS
def test_any_text_is_read_as_it_is(text: str) -> None:
    document = _try(text.encode("utf-8", "ignore"), "a.md")
    if document is not None and not document.noticed("repaired") and "\0" not in text:
        assert document.text == text.encode("utf-8", "ignore").decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


@given(st.sampled_from(DOCX), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12))
@SETTINGS
def test_files_with_changed_bytes(data: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(data)
    for at, byte in changes:
        changed[at % len(changed)] = byte
    _try(bytes(changed))


@given(st.sampled_from(SMALL), st.integers(0, 10**6), st.integers(0, 10**6))
@SETTINGS
def test_files_cut_or_shortened(data: bytes, first: int, second: int) -> None:
    if data:
        low, high = sorted((first % len(data), second % len(data)))
        _try(data[:low] + data[high:])


def _with_parts(data: bytes, chance: random.Random) -> bytes:
    """Return a file in which one XML part has been cut, doubled or sprinkled with fragments."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = old.namelist()
        victim = chance.choice(names + ["word/document.xml"] * 3)
        for name in names:
            content = old.read(name).decode("utf-8", "replace")
            if name == victim:
                for _ in range(chance.randint(1, 4)):
                    at = chance.randrange(len(content) + 1)
                    # Between elements the file more often stays well-formed and reaches deeper code.
                    at = content.find("<", at) if chance.random() < 0.7 else at
                    piece = chance.choice(FRAGMENTS)
                    content = content[:at] + piece + content[at + chance.choice((0, 0, 5, 30)) :]
            new.writestr(name, content.encode("utf-8", "replace"))
    return buffer.getvalue()


READABLE = [case.make() for case in CASES if not case.refused and case.name not in ("odd_names.docx", "utf16.docx")]


@pytest.mark.slow
@given(st.sampled_from(READABLE), st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=300)
def test_files_with_changed_xml(data: bytes, chance: random.Random) -> None:
    _try(_with_parts(data, chance))


@pytest.mark.slow
@given(elements())
@settings(SETTINGS, max_examples=80)
def test_elements_in_any_nesting(body: str) -> None:
    document = _try(docx(p("首") + body + p("尾12户")))
    assert document is not None
    assert document.text.startswith("首")


@given(st.lists(st.integers(0, 255), max_size=3), st.integers(0, 10**6))
@settings(SETTINGS, max_examples=60)
def test_damaged_pdf(values: list[int], at: int) -> None:
    data = bytearray(pdf(["公坪镇2020年", "种植1200亩"], ["二"]))
    for offset, value in enumerate(values):
        data[(at + offset * 97) % len(data)] = value
    _try(bytes(data), "a.pdf")


@pytest.mark.slow
def test_work_grows_with_length() -> None:
    few, many = (docx("".join(p(r("种植黄桃"), r("1200", "<w:b/>"), "亩，增长5%。") for _ in range(size))) for size in (1_000, 4_000))
    assert growth(lambda data: read_document_bytes(data, "a.docx"), few, many) < 4 * 1.3
