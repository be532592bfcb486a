"""What holds of every document, asked of bodies put together by chance and of damaged files."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fuzz import properties
from reader.documents import awkward_documents, refused_documents  # noqa: F401 - both register their cases
from reader.documents.make_documents import CASES, docx, p, r

TAGS = (
    "p",
    "r",
    "t",
    "tbl",
    "tr",
    "tc",
    "ins",
    "del",
    "delText",
    "sdt",
    "sdtContent",
    "hyperlink",
    "fldSimple",
    "pPr",
    "rPr",
    "numPr",
    "txbxContent",
)
leaves = st.sampled_from(["全镇12户", "2020年", "", "<w:tab/>", "<w:br/>", '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>',
                          '<w:numId w:val="-1"/>', '<w:ilvl w:val="99999999999"/>', "<w:vanish/>", '<w:sym w:char="F0A8" w:font="Wingdings"/>',
                          '<w:gridSpan w:val="x"/>', "<w:vMerge/>", '<w:bookmarkStart w:id="1" w:name="_Toc1"/>'])  # fmt: skip


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=3).map("".join)).map(
        lambda made: f"<w:{made[0]}>{made[1]}</w:{made[0]}>"
    )


bodies = st.lists(st.recursive(leaves, _around, max_leaves=12), max_size=4).map("".join)
files = st.sampled_from(sorted(CASES, key=lambda case: case.name)).map(lambda case: case.make())


@settings(deadline=None, max_examples=150)
@given(bodies)
@example(p(r("全镇有12户22人。")))
def test_any_body_opens_or_is_refused(body: str) -> None:
    properties.open_well(docx(body))


@settings(deadline=None, max_examples=150)
@given(files, st.data())
def test_a_damaged_file_opens_or_is_refused(data: bytes, chance: st.DataObject) -> None:
    if len(data) < 100_000:
        at = chance.draw(st.integers(0, max(len(data) - 1, 0)))
        cut = chance.draw(st.sampled_from((0, 1, 3, 100, len(data))))
        properties.open_well(data[:at] + chance.draw(st.binary(max_size=4)) + data[at + cut :])


def test_an_unknown_encoding_is_refused() -> None:
    document = b'<?xml version="1.0" encoding="UTr-8"?><w:document/>'
    assert properties.open_well(docx("", document=document)) is None
