"""The report as one self-contained page in which every figure opens to its trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

from taizhang.i18n import _
from taizhang.report.forms import plain
from taizhang.report.model import Block, Report, ReportFigure, Sentence, as_json
from taizhang.report.pages import self_contained
from taizhang.report.panels import Panel
from taizhang.report.saved import DATA_ID, embed_json

_PAGE = Path(__file__).parent / "page"
Link = Callable[[str, str, Sequence[ReportFigure], str, str], str]  # kind (figure or ground), anchor, figures, text, title → markup
Around = Callable[[Sentence, str], str]


def write_html(report: Report, panels: Mapping[str, Panel], path: Path) -> None:
    """Write the page; ``panels`` are the opened figures by indicator (see :func:`taizhang.report.open_panels`).

    It loads nothing from outside, and its content policy forbids it. Raises ``OSError`` when the file cannot be written.
    """
    path.write_text(page(report, panels), encoding="utf-8", newline="\n")


def page(report: Report, panels: Mapping[str, Panel]) -> str:
    """Return the text of the page."""
    body = markup(report)
    dated = f'\n<p class="dated">{escape(_day(report.dated))}</p>' if report.dated else ""
    hint = _("点按蓝色数字（或用 Tab 键移到数字上再按回车），即可查看它的算法、明细和来源；按 Esc 关闭。")
    words = {"rows": _("明细"), "count": _("共 {total} 行"), "close": _("关闭")}
    data = (
        f'<script type="application/json" id="{DATA_ID}">{embed_json(as_json(report))}</script>\n'
        f'<script type="application/json" id="taizhang-panels">{embed_json({k: p.as_dict() for k, p in panels.items()})}</script>\n'
        f'<script type="application/json" id="taizhang-words">{embed_json(words)}</script>'
    )
    main = f"""<main class="sheet">
<h1>{escape(report.title)}</h1>
<p class="meta">{escape(_meta(report))}<br>{escape(hint)}</p>
{body}{dated}
</main>
<aside id="trace" role="region" aria-labelledby="trace-title" tabindex="-1" hidden></aside>
{_list(report, panels)}
{data}"""
    style, script = ((_PAGE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return self_contained(report.title, main, style, script)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def _meta(report: Report) -> str:
    printed = sum(len(sentence.printed) for sentence in report.sentences)
    text = _("{division} · {period} · 流水位置 {position} · 正文数字 {printed} 处，均由台账算出")
    return text.format(division=report.division_name, period=report.period, position=report.position, printed=printed)


def _link(kind: str, anchor: str, figures: Sequence[ReportFigure], text: str, title: str) -> str:
    names = " ".join(figure.indicator for figure in figures)
    return (
        f'<a class="{kind}" id="{anchor}" role="button" aria-expanded="false" aria-controls="trace" href="#figure-{escape(figures[0].indicator)}"'
        f' data-figures="{escape(names)}" title="{escape(title)}">{escape(text)}</a>'
    )


def _plain(sentence: Sentence, inner: str) -> str:
    return inner


def markup(report: Report, link: Link = _link, around: Around = _plain) -> str:
    """Return the text of a report as markup; ``link`` makes the link of a figure, ``around`` puts something around a sentence."""
    return "\n".join(_block(block, link, around) for block in report.blocks)


def _block(block: Block, link: Link, around: Around) -> str:
    inner = escape(block.number) + "".join(around(sentence, _sentence(sentence, link)) for sentence in block.sentences)
    return f"<h{block.level + 1}>{inner}</h{block.level + 1}>" if block.kind == "heading" else f"<p>{inner}</p>"


def _sentence(sentence: Sentence, link: Link) -> str:
    parts, at = [], 0
    for i, printed in enumerate(sentence.printed, start=1):
        parts.append(escape(sentence.text[at : printed.start]))
        title = f"{printed.figure.title}：{_exact(printed.figure)}"
        parts.append(link("figure", f"s{sentence.number}-{i}", [printed.figure], printed.text, title))
        at = printed.end
    parts.append(escape(sentence.text[at:]))
    if sentence.decided_by:
        title = _("本句的写法依据：{figures}").format(figures="；".join(f"{f.title} {_exact(f)}" for f in sentence.decided_by))
        # A word joiner: the mark stays on the line of its sentence.
        parts.append("&#8288;" + link("ground", f"s{sentence.number}", list(sentence.decided_by), _("据"), title))
    return "".join(parts)


def _exact(figure: ReportFigure) -> str:
    return _("无值") if figure.value is None else plain(figure.value) + figure.unit


def _list(report: Report, panels: Mapping[str, Panel]) -> str:
    """All figures in a table: for print, and for a browser that runs no script."""
    rows = []
    places: dict[str, list[str]] = {}
    for sentence in report.sentences:
        for printed in sentence.printed:
            places.setdefault(printed.figure.indicator, []).append(printed.text)
    for figure in report.figures:
        formula = panels[figure.indicator].formula if figure.indicator in panels else ""
        shown = "、".join(dict.fromkeys(places.get(figure.indicator, []))) or "—"
        cells = "".join(f"<td>{escape(text)}</td>" for text in (figure.title, shown, _exact(figure), formula))
        rows.append(f'<tr id="figure-{escape(figure.indicator)}">{cells}</tr>')
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in (_("数字"), _("正文写法"), _("准确值"), _("算法")))
    summary = _("全部数字一览")
    return (
        f'<section class="foot"><details><summary>{escape(summary)}</summary>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></details></section>"
    )
