"""Word-processing files as they come."""

from __future__ import annotations

import io
import zipfile

from reader.documents.make_documents import (
    CASES,
    STRICT,
    W,
    box,
    case,
    cell,
    changed,
    document_xml,
    docx,
    field_of,
    level,
    lists,
    numbered,
    p,
    r,
    table,
)  # fmt: skip

__all__ = ["CASES"]
HIDE = "<w:vanish/>"


@case("split_number.docx", "全镇种植黄桃12345.6亩。", kinds=("body",))
def _() -> bytes:
    return docx(p("全镇种植黄桃1", r("2", "<w:b/>"), "3", '<w:proofErr w:type="spellStart"/>', r("45", "<w:i/>"), r("."), "6亩。"))


@case("two_texts_in_a_run.docx", "甲\t乙\n丙-丁戊")
def _() -> bytes:
    inner = "<w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t><w:softHyphen/><w:t>戊</w:t>"
    return docx(f"<w:p><w:r>{inner}</w:r></w:p>")


@case(
    "tracked.docx",
    "种植1500亩。\n新段落3户。",
    notices={"tracked": 1},
    params={"insertions": 3, "deletions": 1, "moves": 0, "authors": "张三、李四"},
)
def _() -> bytes:
    gone = "<w:r><w:delText>1200</w:delText></w:r>"
    added = p(changed("ins", r("新段落3户。"), "李四"), properties=f"<w:rPr>{changed('ins', '', '李四')}</w:rPr>")
    return docx(p("种植", changed("del", gone), changed("ins", r("1500")), "亩。") + added)


@case("moved.docx", "乙句。\n甲句5户。", notices={"tracked": 1}, params={"moves": 1})
def _() -> bytes:
    return docx(p(changed("moveFrom", r("甲句5户。"))) + p("乙句。") + p(changed("moveTo", r("甲句5户。"))))


@case("deleted_paragraph_end.docx", "种植黄桃1200亩。\n尾", notices={"tracked": 1}, kinds=("body", "body"))
def _() -> bytes:
    return docx(p("种植黄桃", properties=f"<w:rPr>{changed('del', '')}</w:rPr>") + p("1200亩。") + p("尾"))


@case("deleted_row.docx", "一\t1\n三\t3", notices={"tracked": 1}, kinds=("table",) * 4)
def _() -> bytes:
    row = f"<w:tr><w:trPr>{changed('del', '')}</w:trPr>{cell('二')}{cell('2')}</w:tr>"
    return docx(table(["一", "1"])[: -len("</w:tbl>")] + row + table(["三", "3"])[len("<w:tbl>") :])


@case("text_box_twice.docx", "正文1户。\n框内2户。\n框内3户。", kinds=("body", "textbox", "textbox"))
def _() -> bytes:
    return docx(p("正文", box(p("框内2户。"), p("框内3户。")), "1户。"))


@case("text_box_old.docx", "正文。\n框", kinds=("body", "textbox"))
def _() -> bytes:
    return docx(p("正文。", box(p("框"), twice=False)))


@case("text_box_in_text_box.docx", "正文。\n外框\n内框", kinds=("body", "textbox", "textbox"))
def _() -> bytes:
    return docx(p("正文。", box(p("外框", box(p("内框"))))))


@case("table_in_text_box.docx", "正文。\n村\t12", kinds=("body", "textbox", "textbox"))
def _() -> bytes:
    return docx(p("正文。", box(table(["村", "12"]))))


@case("alternate_runs.docx", "前新后")
def _() -> bytes:
    return docx(
        p(
            "前",
            f"<mc:AlternateContent><mc:Choice Requires='w14'>{r('新')}</mc:Choice><mc:Fallback>{r('旧')}</mc:Fallback></mc:AlternateContent>",
            "后",
        )
    )


@case("table.docx", "村\t户数\n銮塘村\t12 户\n后", kinds=("table",) * 4 + ("body",))
def _() -> bytes:
    return docx(table(["村", "户数"], ["銮塘村", p("12") + p("户")]) + p("后"))


@case("merged_cells.docx", "村\t数\n甲\t1\t2\n\t3\t4", kinds=("table",) * 8)
def _() -> bytes:
    down = [cell("甲", '<w:vMerge w:val="restart"/>'), cell("甲", "<w:vMerge/>")]
    return docx(table(["村", cell("数", '<w:gridSpan w:val="2"/>')], [down[0], "1", "2"], [down[1], "3", "4"]))


@case("table_in_table.docx", "外\t内一 1 内二 2", kinds=("table", "table"))
def _() -> bytes:
    return docx(table(["外", table(["内一", "1"], ["内二", "2"]) + p("")]))


@case("frame_table.docx", "一、标题\n种植1200亩。\n村\t3", kinds=("table",) * 4)
def _() -> bytes:
    return docx(table([p("一、标题") + p("种植1200亩。") + table(["村", "3"])]))


@case("text_in_a_form.docx", "总结\n" + "\n".join(f"{n}、" + "今年工作做得很好，" * 6 for n in range(5)), kinds=("table",) * 6)
def _() -> bytes:
    return docx(table(["总结", "".join(p(f"{n}、" + "今年工作做得很好，" * 6) for n in range(5))]))


@case("fields.docx", "合计35户，见第二部分。", notices={"field": 1}, params={"instruction": "=SUM(ABOVE)"})
def _() -> bytes:
    return docx(p("合计", field_of("=SUM(ABOVE)", r("35")), "户，见", field_of("REF _Ref1", r("第二部分")), "。"))


@case("nested_field.docx", "共3页内容", notices={"field": 1})
def _() -> bytes:
    inner = field_of("IF 1 = 1", r("3"))
    return docx(p("共", field_of(f"IF</w:instrText></w:r>{field_of('PAGE', r('7'))}<w:r><w:instrText>", inner), "页内容"))


@case("simple_field.docx", "日期2021年", notices={"field": 1})
def _() -> bytes:
    return docx(p("日期", f'<w:fldSimple w:instr="DATE">{r("2021")}</w:fldSimple>', "年"))


@case("field_without_end.docx", "前甲\n后文3户")
def _() -> bytes:
    return docx(p("前", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', r("甲")) + p("后文3户"))


@case("contents.docx", "报告\n一、总体情况", notices={"contents": 1}, params={"count": 3})
def _() -> bytes:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    lines = p(begin, "一、总体情况", "<w:r><w:tab/></w:r>", field_of("PAGEREF _Toc1", r("1"))) + p("二、打算\t5")
    lines += p('<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    control = f'<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>{p("目录")}{lines}</w:sdtContent></w:sdt>'
    return docx(p("报告") + control + p("一、总体情况"))


@case("contents_by_style.docx", "报告\n正文", notices={"contents": 1}, params={"count": 1})
def _() -> bytes:
    style = '<w:style w:type="paragraph" w:styleId="10"><w:name w:val="toc 1"/></w:style>'
    return docx(p("报告") + p("一、情况\t3", properties='<w:pStyle w:val="10"/>') + p("正文"), styles=style)


@case("hidden.docx", "看得见的3户。", notices={"hidden": 1}, params={"count": 2, "texts": ("密", "样式藏")})
def _() -> bytes:
    style = '<w:style w:type="character" w:styleId="h"><w:name w:val="藏"/><w:rPr><w:vanish/></w:rPr></w:style>'
    shown = r("3户。", '<w:rStyle w:val="h"/><w:vanish w:val="0"/>')
    return docx(p("看得见", r("密", HIDE), "的", r("样式藏", '<w:rStyle w:val="h"/>'), shown), styles=style)


@case("bookmarks.docx", "正文[bookmark: _GoBack]3户", notices={"bookmark": 2}, params={"name": "_GoBack"})
def _() -> bytes:
    marks = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/><w:bookmarkStart w:id="1" w:name="_Toc1"/><w:bookmarkEnd w:id="1"/>'
    return docx(p("正文", marks, "[bookmark: _GoBack]3户"))


@case("around_runs.docx", "链接12户智能3个控件4名方向5")
def _() -> bytes:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{r('控件4名')}</w:sdtContent></w:sdt>"
    tag = f'<w:smartTag w:uri="u" w:element="e"><w:smartTagPr/>{r("智能3个")}</w:smartTag>'
    return docx(
        p(f'<w:hyperlink w:anchor="a">{r("链接")}{r("12户")}</w:hyperlink>', tag, control, f'<w:dir w:val="ltr">{r("方向5")}</w:dir>')
    )


@case("block_controls.docx", "控件段\n表一\t1\n表二\t2", kinds=("body",) + ("table",) * 4)
def _() -> bytes:
    row = f"<w:tr>{cell('表二')}<w:sdt><w:sdtContent>{cell('2')}</w:sdtContent></w:sdt></w:tr>"
    rows = f"<w:tr>{cell('表一')}{cell('1')}</w:tr><w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>"
    return docx(f"<w:sdt><w:sdtPr/><w:sdtContent>{p('控件段')}</w:sdtContent></w:sdt><w:tbl>{rows}</w:tbl>")


@case("symbols.docx", "±5%✓☑万�")
def _() -> bytes:
    signs = [
        ("Symbol", "F0B1"),
        ("Symbol", "F035"),
        ("Symbol", "F025"),
        ("Wingdings", "F0FC"),
        ("Wingdings 2", "0052"),
        ("宋体", "4E07"),
        ("X", "?"),
    ]
    return docx(p(*(f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>' for font, code in signs)))


@case("invisible.docx", "种植12345亩", notices={"invisible": 1}, params={"count": 3})
def _() -> bytes:
    return docx(p("种植12\u00ad3", r("\u200b45\ufeff亩")))


@case("blanks.docx", "甲乙 丙\n丁 戊")
def _() -> bytes:
    return docx('<w:p><w:r><w:t> 甲 </w:t></w:r><w:r><w:t xml:space="preserve">乙 </w:t></w:r><w:r><w:t>丙</w:t></w:r></w:p>' + p("丁\n戊"))


@case("entities_and_cdata.docx", "甲&<乙>丙“丁")
def _() -> bytes:
    return docx("<w:p><w:r><w:t>甲&amp;&lt;<![CDATA[乙>]]><!-- 注 -->丙&#x201C;丁</w:t></w:r></w:p>")


@case("ruby_and_formula.docx", "芷江，比为3/4。")
def _() -> bytes:
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{r('zhǐ')}</w:rt><w:rubyBase>{r('芷')}</w:rubyBase></w:ruby></w:r>"
    formula = "<m:oMath><m:f><m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f></m:oMath>"
    return docx(p(ruby, "江，比为", formula, "。"))


@case(
    "numbering.docx",
    "甲\n乙\n丙\n丁\n戊\n己",
    numbers=("一、", "（一）", "（二）", "二、", "（一）", "2.1"),
)
def _() -> bytes:
    levels = level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%1.%2", "<w:isLgl/>")
    body = numbered("甲") + numbered("乙", 1) + numbered("丙", 1) + numbered("丁") + numbered("戊", 1) + numbered("己", 2)
    return docx(body, numbering=lists(*levels))


@case("numbering_restarts.docx", "甲\n乙\n丙\n丁", numbers=("①", "②", "③", "①"))
def _() -> bytes:
    again = '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    numbers = f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{again}'
    body = numbered("甲") + numbered("乙") + numbered("丙") + numbered("丁", name=2)
    return docx(body, numbering=lists(level(0, "decimalEnclosedCircle", "%1"), numbers=numbers))


@case("numbering_by_style.docx", "甲\n乙\n丙", numbers=("第1条", "", "第2条"))
def _() -> bytes:
    style = (
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="款"/><w:basedOn w:val="b"/></w:style>'
    )
    off = '<w:pStyle w:val="b"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("甲", properties='<w:pStyle w:val="b"/>') + p("乙", properties=off) + p("丙", properties='<w:pStyle w:val="c"/>')
    return docx(body, styles=style, numbering=lists(level(0, "decimal", "第%1条")))


@case("notes.docx", "正文3户。后\n脚注12户\n尾注", kinds=("body", "footnote", "endnote"))
def _() -> bytes:
    separator = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    notes = f'{separator}<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>", "脚注12户")}</w:footnote><w:footnote w:id="3">{p("无人引用")}</w:footnote>'
    references = '<w:r><w:footnoteReference w:id="2"/></w:r>', '<w:r><w:endnoteReference w:id="5"/></w:r>'
    return docx(p("正文3户。", *references, "后"), footnotes=notes, endnotes=f'<w:endnote w:id="5">{p("尾注")}</w:endnote>')


@case("headers.docx", "正文\n公坪镇文件\n内部资料 ", kinds=("body", "header", "footer"))
def _() -> bytes:
    number = p("— ", field_of("PAGE", r("1")), " —")
    return docx(
        p("正文"), header1=p("公坪镇文件"), header2=p("公坪镇文件"), footer1=number, footer2=p("内部资料 ", field_of("PAGE", r("2")))
    )


@case("comments.docx", "种植1200亩。", notices={"comment": 1}, params={"author": "王五", "text": "核实\n再看"})
def _() -> bytes:
    comment = f'<w:comment w:id="4" w:author="王五">{p("核实")}{p("再看")}</w:comment>'
    marks = '<w:commentRangeStart w:id="4"/>', '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>'
    return docx(p("种植", marks[0], "1200亩", marks[1], "。"), comments=comment)


@case("other_prefix.docx", "种植1200亩。\n尾")
def _() -> bytes:
    xml = f'<x:document xmlns:x="{W}"><x:body><x:p><x:r><x:t>种植1200亩。</x:t></x:r></x:p><x:p><x:r><x:t>尾</x:t></x:r></x:p></x:body></x:document>'
    return docx("", document=xml)


@case("no_prefix.docx", "种植1200亩。")
def _() -> bytes:
    return docx("", document=f'<document xmlns="{W}"><body><p><r><t>种植1200亩。</t></r></p></body></document>')


@case("strict.docx", "种植1200亩。")
def _() -> bytes:
    return docx("", document=document_xml(p("种植1200亩。"), f'xmlns:w="{STRICT}"'))


@case("utf16.docx", "种植1200亩。")
def _() -> bytes:
    return docx("", document=document_xml(p("种植1200亩。")).replace("UTF-8", "UTF-16").encode("utf-16"))


@case("byte_order_mark.docx", "种植1200亩。")
def _() -> bytes:
    return docx("", document=document_xml(p("种植1200亩。")).encode("utf-8-sig"))


@case("odd_names.docx", "正文")
def _() -> bytes:
    # Some writers use backslashes and other letter cases in the names of parts.
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(p("正文")))) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename.replace("/", "\\").replace("document", "Document"), old.read(info))
    return buffer.getvalue()


@case("embedded.docx", "正文", notices={"unread": 1})
def _() -> bytes:
    return docx(p("正文") + '<w:altChunk r:id="r9"/>')


@case("empty_paragraphs.docx", "\n甲\n\n乙")
def _() -> bytes:
    return docx(p() + p("甲") + p() + p("乙"))
