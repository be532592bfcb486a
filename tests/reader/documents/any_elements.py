"""Elements of word-processing files in any nesting, for tests that make up documents."""

from __future__ import annotations

from hypothesis import strategies as st

ELEMENTS = [
    "w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:sdtContent", "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:hyperlink",
    "w:fldSimple", "w:ruby", "w:rubyBase", "w:pPr", "w:rPr", "w:vanish", "w:tab", "w:br", "w:sym", "w:fldChar", "w:instrText",
    "w:txbxContent", "w:drawing", "w:pict", "mc:AlternateContent", "mc:Choice", "mc:Fallback", "m:oMath", "m:r", "m:t", "m:den", "w:trPr",
    "w:tcPr", "w:vMerge", "w:gridSpan", "w:gridBefore", "w:numPr", "w:numId", "w:ilvl", "w:bookmarkStart", "w:commentRangeStart",
    "w:commentRangeEnd", "w:altChunk", "w:footnoteReference", "w:customXml", "w:smartTag",
]  # fmt: skip
VALUES = ["0", "1", "-1", "99999999999", "begin", "separate", "end", "restart", "continue", "_GoBack", "", "x"]


@st.composite
def elements(draw: st.DrawFn) -> str:
    """Well-formed elements in any nesting, mostly against the rules."""

    def one(depth: int) -> str:
        name = draw(st.sampled_from(ELEMENTS))
        attributes = "".join(
            f' w:{k}="{draw(st.sampled_from(VALUES))}"' for k in ("val", "id", "fldCharType", "name") if draw(st.booleans())
        )
        inner = draw(st.sampled_from(["", "甲1", " TOC ", "PAGE", "12户"]))
        if depth < 5:
            inner += "".join(one(depth + 1) for _ in range(draw(st.integers(0, 3))))
        return f"<{name}{attributes}>{inner}</{name}>"

    return "".join(one(0) for _ in range(draw(st.integers(1, 4))))
