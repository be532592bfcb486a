"""Comments in a copy of the user's own file: at the right characters, and nothing else changed."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reader.documents import awkward_documents  # noqa: F401 - registers its cases
from reader.documents.any_elements import elements
from reader.documents.make_documents import CASES, Case, box, changed, document_xml, docx, field_of, p, r, table
from taizhang.audit.comments import Comment, write_comments
from taizhang.errors import Refusal
from taizhang.reader.documents import Document, read_document, read_document_bytes

READABLE = [case for case in CASES if not case.refused]
MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference")
HOLDERS = {"p", "hyperlink", "ins", "moveTo", "smartTag", "customXml", "sdtContent", "fldSimple", "bdo", "dir"}


def annotated(data: bytes, comments: Sequence[Comment]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.docx", Path(folder) / "target.docx"
        source.write_bytes(data)
        write_comments(source, target, comments)
        assert source.read_bytes() == data
        assert sorted(path.name for path in Path(folder).iterdir()) == ["source.docx", "target.docx"]
        return target.read_bytes()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name.replace("\\", "/").lower(): archive.read(name) for name in archive.namelist()}


def tree(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(remove_comments=True, resolve_entities=False, huge_tree=True))


def local(element: Any) -> str:
    return etree.QName(element).localname


def identifier(element: Any) -> str:
    return next(value for name, value in element.attrib.items() if etree.QName(name).localname == "id")


def without_marks(root: Any, new: set[str]) -> bytes:
    """Return a document in canonical form, new marks taken out and runs joined that differ in nothing."""
    for element in list(root.iter()):
        if local(element) in MARKS[:2] and identifier(element) in new:
            element.getparent().remove(element)
        elif local(element) == MARKS[2] and identifier(element) in new:
            run = element.getparent()
            assert [local(child) for child in run] == ["rPr", "commentReference"]
            run.getparent().remove(run)
    for run in list(root.iter("{*}r")):
        before = run.getprevious()
        if before is not None and local(before) == "r" and _same(before, run):
            for child in [child for child in run if local(child) != "rPr"]:
                before.append(child)
            run.getparent().remove(run)
            # Later runs compare with the joined one, which stands where this one stood.
    for text in list(root.iter("{*}t")):
        text.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        before = text.getprevious()
        if before is not None and local(before) == "t":
            before.text = (before.text or "") + (text.text or "")
            text.getparent().remove(text)
    return etree.tostring(root, method="c14n")


def _same(one: Any, other: Any) -> bool:
    def look(run: Any) -> tuple[Any, ...]:
        properties = run.find("{*}rPr")
        return run.tag, dict(run.attrib), None if properties is None else etree.tostring(properties, method="c14n")

    return look(one) == look(other)


def new_ids(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    old = {identifier(c) for name, data in before.items() if name.endswith("/comments.xml") for c in tree(data)}
    written = [identifier(c) for name, data in after.items() if name.endswith("/comments.xml") for c in tree(data)]
    assert len(written) == len(set(written))
    assert old <= set(written)
    return set(written) - old


def check(data: bytes, comments: Sequence[Comment], name: str = "a.docx") -> Document:
    """Write comments and check all that must hold of any; return what is read of the result."""
    result = annotated(data, comments)
    before, after = parts(data), parts(result)
    new = new_ids(before, after)
    assert len(new) == len(comments)
    for part, content in before.items():
        if part not in ("word/document.xml", "word/comments.xml", "[content_types].xml", "word/_rels/document.xml.rels"):
            assert after[part] == content
    root = tree(after["word/document.xml"])
    _check_marks(root, new)
    assert without_marks(root, new) == without_marks(tree(before["word/document.xml"]), set())
    document = read_document_bytes(result, name)
    original = read_document_bytes(data, name)
    assert (document.text, document.parts) == (original.text, original.parts)
    return document


def _check_marks(root: Any, new: set[str]) -> None:
    order = {element: index for index, element in enumerate(root.iter())}
    for number in new:
        found = {mark: [e for e in root.iter(f"{{*}}{mark}") if identifier(e) == number] for mark in MARKS}
        assert [len(elements) for elements in found.values()] == [1, 1, 1]
        start, end, reference = (found[mark][0] for mark in MARKS)
        assert order[start] < order[end] < order[reference]
        assert end.getnext() is reference.getparent()
        for element in (start, end, reference.getparent()):
            assert local(element.getparent()) in HOLDERS
            assert not any(local(a) in ("txbxContent", "rubyBase", "oMath", "Fallback", "rPr") for a in element.iterancestors())


def spans(document: Document, author: str = "台账") -> list[str]:
    """Return the words that each of our comments is on."""
    return [document.text[n.start : n.end] for n in document.noticed("comment") if n.params["author"] == author and n.start is not None]


def on(document: Document, words: str, text: str = "请核实") -> Comment:
    start = document.text.index(words)
    return Comment(start, start + len(words), text)


def read(data: bytes) -> Document:
    return read_document_bytes(data, "a.docx")


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_awkward_documents_take_comments(case: Case) -> None:
    data, chance = case.make(), random.Random(case.name)
    size = len(read(data).text)
    for _ in range(4):
        places = [sorted((chance.randrange(size + 1), chance.randrange(size + 1))) for _ in range(chance.randint(1, 5))]
        check(data, [Comment(start, end, f"第{n}条") for n, (start, end) in enumerate(places)])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    words = st.sampled_from(["种植", "1200", "亩", " ", "a b", "，", "5 %", "𠮷&amp;", "二〇"])

    def run() -> str:
        return r("".join(draw(st.lists(words, max_size=4))), draw(st.sampled_from(["", "<w:b/>", '<w:sz w:val="32"/>'])))

    def inline(depth: int) -> str:
        around = draw(st.sampled_from(["", "", "hyperlink", "ins", "del", "sdt", "field", "smartTag", "box"])) if depth < 2 else ""
        inner = "".join(inline(depth + 1) for _ in range(draw(st.integers(0, 3)))) if around else run()
        if around == "ins" or around == "del":
            return changed(around, inner.replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ") if around == "del" else inner)
        if around == "sdt":
            return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
        if around == "field":
            return field_of("DATE", inner)
        if around == "box":
            return box(p("框内3户"))
        return f"<w:{around}>{inner}</w:{around}>" if around else inner

    def paragraph() -> str:
        return p(*(inline(0) for _ in range(draw(st.integers(0, 4)))))

    blocks = [table([paragraph(), paragraph()], [paragraph(), "12"]) if draw(st.booleans()) else paragraph() for _ in range(3)]
    return p("首") + "".join(blocks)


@pytest.mark.slow
@given(bodies(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_spans_in_any_runs(body: str, places: list[tuple[int, int]]) -> None:
    data = docx(body)
    original = read(data)
    comments = [Comment(min(a, b), max(a, b) + 1, f"第{n}条") for n, (a, b) in enumerate(places)]
    document = check(data, comments)
    told = {notice.params["text"]: notice for notice in document.noticed("comment")}
    for comment in comments:
        covered = [o for o in range(comment.start, min(comment.end, len(original.text))) if _in_body(original, o)]
        if covered and _in_body(original, comment.start):
            notice = told[comment.text]
            assert (notice.start, notice.end) == (covered[0], covered[-1] + 1)


@pytest.mark.slow
@given(elements(), st.lists(st.integers(0, 40), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_nesting_takes_comments(body: str, places: list[int]) -> None:
    data = docx(p("首") + body + p("尾12户"))
    result = annotated(data, [Comment(at, at + 3, "核") for at in places])
    assert read(result).text == read(data).text
    assert len(new_ids(parts(data), parts(result))) == len(places)


def _in_body(document: Document, offset: int) -> bool:
    part = document.part_at(offset)
    return part is not None and part.kind in ("body", "table") and document.place_of(offset) is not None


def test_overlapping_and_nested_comments() -> None:
    data = docx(p("全镇种植黄桃1", r("2", "<w:b/>"), "00亩，增长5%。") + p("尾句12户。"))
    original = read(data)
    words = ["1200亩", "桃12", "00亩，增长", "1200亩", "5%。\n尾句", "2", "全镇种植黄桃1200亩，增长5%。\n尾句12户。"]
    document = check(data, [on(original, w) for w in words])
    assert spans(document) == words


def test_runs_keep_their_properties_and_attributes() -> None:
    run = '<w:r w:rsidR="00AB12CD"><w:rPr><w:rFonts w:hint="eastAsia"/><w:b/></w:rPr><w:t>种植1200亩。</w:t></w:r>'
    data = docx(f"<w:p>{run}</w:p>")
    xml = parts(annotated(data, [on(read(data), "1200亩")]))["word/document.xml"].decode()
    head = '<w:r w:rsidR="00AB12CD"><w:rPr><w:rFonts w:hint="eastAsia"/><w:b/></w:rPr><w:t>'
    assert f'{head}种植</w:t></w:r><w:commentRangeStart w:id="0"/>{head}1200亩</w:t></w:r><w:commentRangeEnd w:id="0"/>' in xml
    assert f"</w:r>{head}。</w:t></w:r></w:p>" in xml


def test_the_documents_beginning_stays_byte_for_byte() -> None:
    data = docx(p("种植1200亩。"))
    old, new = (parts(d)["word/document.xml"] for d in (data, annotated(data, [on(read(data), "1200")])))
    end = old.index(b"<w:body>")
    assert new[:end] == old[:end]
    assert b'mc:Ignorable="w14"' in new[:end]


def test_blanks_at_a_cut_are_kept() -> None:
    data = docx("<w:p><w:r><w:t>增长 5 %，其中</w:t></w:r></w:p>")
    result = annotated(data, [on(read(data), "5")])
    assert read(result).text == "增长 5 %，其中"
    texts = list(tree(parts(result)["word/document.xml"]).iter("{*}t"))
    assert [(t.text, bool(t.attrib)) for t in texts] == [("增长 ", True), ("5", False), (" %，其中", True)]


def test_characters_that_are_not_read_do_not_shift_comments() -> None:
    # A blank that is not shown and two invisible characters stand before the figure.
    data = docx("<w:p><w:r><w:t> 种植\u200b黄\u00ad桃1200亩。</w:t></w:r></w:p>")
    result = annotated(data, [on(read(data), "1200亩")])
    assert [t.text for t in tree(parts(result)["word/document.xml"]).iter("{*}t")] == [" 种植\u200b黄\u00ad桃", "1200亩", "。"]


def test_marks_are_nested() -> None:
    data = docx(p("1200亩"))
    xml = parts(annotated(data, [on(read(data), w) for w in ("1200", "1200亩", "12", "00亩", "亩")]))["word/document.xml"]
    marks = [(local(e)[12:], identifier(e)) for e in tree(xml).iter() if local(e) in MARKS[:2]]
    assert marks[:3] == [("Start", "1"), ("Start", "0"), ("Start", "2")]
    assert marks[-3:] == [("End", "4"), ("End", "3"), ("End", "1")]


def test_text_box_header_and_notes_are_commented_beside() -> None:
    note = f'<w:footnote w:id="2">{p("脚注12户")}</w:footnote>'
    body = p("首段。") + p("有框", box(p("框内34户")), "。") + p("有注", '<w:r><w:footnoteReference w:id="2"/></w:r>', "。")
    data = docx(body, footnotes=note, header1=p("页眉56户"))
    original = read(data)
    document = check(data, [on(original, w) for w in ("34户", "12户", "56户", "首段。")])
    told = {n.params["text"]: document.text[n.start : n.end] for n in document.noticed("comment")}
    assert told == {
        "（文本框中的“34户”）请核实": "",
        "（脚注中的“12户”）请核实": "",
        "（页眉中的“56户”）请核实": "首",
        "请核实": "首段。",
    }
    xml = parts(annotated(data, [on(original, "34户")]))["word/document.xml"].decode()
    assert '<w:commentRangeStart w:id="0"/><w:r><mc:AlternateContent>' in xml
    assert '</mc:AlternateContent></w:r><w:commentRangeEnd w:id="0"/>' in xml


def test_only_a_header_has_text() -> None:
    data = docx(p(properties="<w:jc/>"), header1=p("页眉56户"))
    document = check(data, [on(read(data), "56户")])
    assert [n.params["text"] for n in document.noticed("comment")] == ["（页眉中的“56户”）请核实"]


def test_fields_links_and_changes() -> None:
    link = f'<w:hyperlink w:anchor="a">{r("链接1200亩处")}</w:hyperlink>'
    body = p("合计", field_of("=SUM(ABOVE)", r("3500")), "户", link, changed("ins", r("插入78户后")), "。")
    data = docx(body)
    document = check(data, [on(read(data), w) for w in ("35", "1200亩", "78户", "500户链", "处插入7")])
    assert spans(document) == ["35", "1200亩", "78户", "500户链", "处插入7"]


def test_form_field_is_commented_as_a_whole() -> None:
    control = f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{r('共1200亩')}</w:sdtContent></w:sdt>"
    data = docx(p("前", control, "后"))
    assert spans(check(data, [on(read(data), "1200")])) == ["共1200亩"]


def test_comments_that_are_there_stay() -> None:
    old = f'<w:comment w:id="4" w:author="王五" w:initials="王">{p("旧批注")}</w:comment>'
    marks = '<w:commentRangeStart w:id="4"/>', '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>'
    stray = '<w:commentRangeStart w:id="7"/>'  # of a comment that somebody's program lost
    data = docx(p("种植", marks[0], "1200亩", marks[1], stray, "。"), comments=old)
    result = annotated(data, [on(read(data), "200亩。"), on(read(data), "种")])
    assert [identifier(c) for c in tree(parts(result)["word/comments.xml"])] == ["4", "8", "9"]
    assert old in parts(result)["word/comments.xml"].decode()
    assert b"comments" in parts(result)["word/_rels/document.xml.rels"]
    assert parts(result)["word/_rels/document.xml.rels"] == parts(data)["word/_rels/document.xml.rels"]
    document = read(result)
    assert spans(document, "王五") == ["1200亩"]
    assert spans(document) == ["200亩。", "种"]
    again = annotated(result, [on(document, "植")])
    assert spans(read(again)) == ["200亩。", "种", "植"]


def test_words_of_a_comment() -> None:
    data = docx(p("种植1200亩。"))
    moment = datetime(2020, 12, 1, 8, 30)  # noqa: DTZ001 - word processors know no zone here
    text = '第一段<&>"引"\n\n' + "长" * 5000 + "\x00\x0b\ufffe尾"
    result = annotated(data, [Comment(2, 6, text, '审计\x01"员"', "审", moment)])
    [comment] = tree(parts(result)["word/comments.xml"])
    assert [local(child) for child in comment] == ["p", "p", "p"]
    assert ["".join(paragraph.itertext()) for paragraph in comment] == ['第一段<&>"引"', "", "长" * 5000 + "尾"]
    assert len(list(comment.iter("{*}annotationRef"))) == 1
    assert sorted(comment.attrib.values()) == sorted(["0", '审计"员"', "审", "2020-12-01T08:30:00Z"])


def test_styles_of_comments_are_used_where_they_are() -> None:
    styles = "".join(
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{told}"/></w:style>'
        for kind, name, told in (("character", "a7", "annotation reference"), ("paragraph", "a8", "annotation text"))
    )
    data = docx(p("种植1200亩。"), styles=styles)
    result = parts(annotated(data, [on(read(data), "1200")]))
    assert b'<w:rPr><w:rStyle w:val="a7"/></w:rPr><w:commentReference' in result["word/document.xml"]
    assert b'<w:pStyle w:val="a8"/>' in result["word/comments.xml"]


def test_no_comments_give_an_equal_file() -> None:
    data = docx(p("种植1200亩。"))
    assert parts(annotated(data, [])) == parts(data)


def test_other_files_are_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "报告.txt", tmp_path / "批注.docx"
    source.write_text("种植1200亩。", encoding="utf-8")
    word = tmp_path / "报告.docx"
    word.write_bytes(docx(p("种植1200亩。")))
    expected = {
        "comment.not_docx": (source, target),
        "document.not_found": (tmp_path / "无.docx", target),
        "comment.same_file": (word, word),
        "comment.unwritable": (word, tmp_path / "无此文件夹" / "批注.docx"),
    }
    for code, (here, there) in expected.items():
        with pytest.raises(Refusal) as caught:
            write_comments(here, there, [Comment(0, 2, "甲")])
        assert [fault.code for fault in caught.value.faults] == [code]
        assert "{" not in caught.value.faults[0].message
    assert not target.exists()
    assert read_document(word).noticed("comment") == []


def test_namespace_without_a_prefix() -> None:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    data = docx("", document=f'<document xmlns="{namespace}"><body><p><r><t>种植1200亩。</t></r></p></body></document>')
    assert spans(check(data, [on(read(data), "1200")])) == ["1200"]


def test_strict_file_gets_strict_comments() -> None:
    strict = "http://purl.oclc.org/ooxml"
    data = docx("", document=document_xml(p("种植1200亩。"), f'xmlns:w="{strict}/wordprocessingml/main"'))
    result = parts(annotated(data, [on(read(data), "1200")]))
    assert f"{strict}/wordprocessingml/main".encode() in result["word/comments.xml"]
    assert f"{strict}/officeDocument/relationships/comments".encode() in result["word/_rels/document.xml.rels"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["tracked.docx", "table.docx", "text_box_twice.docx", "comments.docx", "around_runs.docx", "notes.docx"])
def test_libreoffice_shows_the_comments(name: str, tmp_path: Path) -> None:
    data = next(case.make() for case in CASES if case.name == name)
    size = len(read(data).text)
    comments = [Comment(at, min(at + 3, size), f"批注{at}号\n第二段", "台账", "台") for at in range(0, size, 2)]
    (tmp_path / "a.docx").write_bytes(annotated(data, comments))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "fodt", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = etree.parse(str(tmp_path / "a.fodt"))
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    texts = {"".join(t for p in a.iter("{*}p") for t in p.itertext()) for a in shown.iter(f"{office}annotation")}
    assert all(any(f"批注{at}号第二段" in text for text in texts) for at in range(0, size, 2))
