"""An audit as one self-contained page: the text with its figures coloured by what the ledgers say, findings beside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

from taizhang.audit.auditing import Audit
from taizhang.audit.findings import CLASS_WORDS, Finding, PassedCheck
from taizhang.audit.telling import ANSWER_WORDS, counts_line, figure_facts, figure_tip
from taizhang.i18n import _
from taizhang.reader import Quantity
from taizhang.report.pages import self_contained
from taizhang.report.saved import embed_json

_PAGE = Path(__file__).parent / "page"


def write_html(audit: Audit, path: Path) -> None:
    """Write the page; it loads nothing from outside. Raises ``OSError`` when the file cannot be written."""
    path.write_text(page(audit), encoding="utf-8", newline="\n")


def page(audit: Audit) -> str:
    """Return the text of the page."""
    style = "".join((_PAGE / name).read_text(encoding="utf-8") for name in ("audit.css", "marks.css"))
    title = _("{name}：数字审核").format(name=audit.reading.title or audit.document.name)
    body = pieces(audit)
    return self_contained(
        title, f'<main class="sheet">{body.text}</main>{body.side}', style, (_PAGE / "audit.js").read_text(encoding="utf-8")
    )


@dataclass(frozen=True, slots=True)
class Pieces:
    """An audit as markup: the text with its marks, and what stands beside it; the script ``audit.js`` joins the two."""

    text: str
    side: str


def pieces(audit: Audit, link: Callable[[int], str] | None = None) -> Pieces:
    """Return the parts of the page of an audit; ``link`` gives the address at which a figure's indicator is chosen."""
    hint = _("点按带下划线的数字查看它的读法和台账数；点按一条问题，正文中有关数字即标出。按 Esc 取消。")
    jump, results, choose = _("看问题"), _("审核结果"), _("选择指标")
    cards = {
        str(q.number): {"title": q.text, "facts": figure_facts(audit, q)} | ({"link": [link(q.number), choose]} if link else {})
        for q in audit.reading.quantities
    }
    text = f"""
<p class="meta">{escape(counts_line(audit))}<br>{escape(hint)} <a class="jump" href="#side">{escape(jump)}</a></p>
{_legend(audit)}
{"".join(_lines(audit))}
"""
    side = f"""
<aside id="side" aria-label="{escape(results)}">
<section id="card" tabindex="-1" aria-live="polite" hidden></section>
{_findings(audit.result.findings)}
{_passed(audit.result.passed)}
{_notices(audit)}
</aside>
<script type="application/json" id="taizhang-cards">{embed_json(cards)}</script>"""
    return Pieces(text, side)


def _legend(audit: Audit) -> str:
    answers = ANSWER_WORDS if audit.verdicts else {}
    items = "".join(f'<li><span class="figure {name}">12</span> {escape(_(words))}</li>' for name, words in answers.items())
    return f'<ul class="legend">{items}</ul>' if items else ""


def _lines(audit: Audit) -> Iterator[str]:
    """Yield each line of the text as a heading or a paragraph."""
    levels = {
        s.start: s.level for s in audit.reading.sections if "\n" not in audit.reading.text[s.start : s.start + len(s.number + s.title)]
    }
    marks = _Marks(audit)
    at = 0
    for line in audit.document.text.split("\n"):
        end = at + len(line)
        if line.strip():
            first = at + len(line) - len(line.lstrip())
            heading = first in levels and len(line) < 60 and not line.rstrip().endswith(("。", "；"))
            tag = f"h{min(levels[first], 4) + 1}" if heading else "p"
            yield f"<{tag}>{marks.markup(at, end)}</{tag}>\n"
        at = end + 1


class _Marks:
    """Cuts the text where a figure or a place of a finding begins or ends."""

    def __init__(self, audit: Audit) -> None:
        self.audit, self.text = audit, audit.document.text
        self.figures = audit.reading.quantities
        spans = [(start, end, i) for i, f in enumerate(audit.result.findings) for start, end in f.spans]
        self.spans = sorted(spans)
        self.starts = [s for s, _end, _i in self.spans]
        self.longest = max((end - start for start, end, _i in spans), default=0)
        self.cuts = sorted({*(x for s, e, _i in spans for x in (s, e)), *(x for q in self.figures for x in (q.start, q.end))})
        self.figure_starts = [q.start for q in self.figures]

    def markup(self, start: int, end: int) -> str:
        """Return a stretch of the text with its marks."""
        cuts = self.cuts[bisect_left(self.cuts, start) : bisect_left(self.cuts, end)]
        ends = [start, *(c for c in cuts if start < c < end), end]
        return "".join(self._piece(a, b) for a, b in pairwise(ends))

    def _piece(self, start: int, end: int) -> str:
        text = escape(self.text[start:end])
        near = bisect_left(self.starts, start - self.longest)
        found = dict.fromkeys(i for s, e, i in self.spans[near : bisect_left(self.starts, end)] if s < end and e > start)
        findings = f' data-findings="{" ".join(map(str, found))}"' if found else ""
        q = self._figure_at(start)
        if q is None:
            return f'<span class="place"{findings}>{text}</span>' if found else text
        verdict = self.audit.verdict_of(q.number)
        answer = verdict.answer if verdict else "read"
        anchor = f' id="f{q.number}"' if start == q.start else ""
        tip = escape(figure_tip(self.audit, q))
        return f'<a class="figure {answer}"{anchor} href="#card" role="button" data-figure="{q.number}"{findings} title="{tip}">{text}</a>'

    def _figure_at(self, offset: int) -> Quantity | None:
        index = bisect_left(self.figure_starts, offset + 1) - 1
        found = self.figures[index] if index >= 0 else None
        return found if found is not None and offset < found.end else None


def _findings(findings: Iterable[Finding]) -> str:
    items = []
    for number, f in enumerate(findings):
        rows = [("arithmetic", f.arithmetic), ("reading", f.reading), ("settles", f.settles), ("proposal", f.proposal or "")]
        words = {"arithmetic": _("算式"), "reading": _("前提"), "settles": _("如何核定"), "proposal": _("建议改为")}
        facts = "".join(f"<dt>{escape(words[k])}</dt><dd>{escape(v)}</dd>" for k, v in rows if v)
        says = f'<p class="says">{escape(f.says)}</p>' if f.says and f.says != f.title else ""
        head = f'<span class="class {f.class_}">{escape(f.class_words)}</span> {escape(f.title)}'
        items.append(
            f'<li class="finding" data-class="{f.class_}"><button type="button" data-finding="{number}" aria-pressed="false">{head}</button>'
            f'{says}<dl class="facts">{facts}</dl><small>{escape(f.number)}</small></li>'
        )
    title, nothing = _("待看的问题（{count}）").format(count=len(items)), _("没有发现问题。")
    heading = f"<h2>{escape(title)}</h2>"
    if not items:
        return f'{heading}<p class="note">{escape(nothing)}</p>'
    present = [c for c in CLASS_WORDS if any(f.class_ == c for f in findings)]
    boxes = "".join(
        f'<label><input type="checkbox" data-filter="{c}" checked> <span class="class {c}">{escape(_(CLASS_WORDS[c]))}</span></label>'
        for c in present
    )
    return f'{heading}<p class="filters">{boxes}</p><ol class="findings">{"".join(items)}</ol>'


def _passed(checks: Iterable[PassedCheck]) -> str:
    items = "".join(f"<li>{escape(c.title)}<br><small>{escape(c.number)}　{escape(c.arithmetic)}</small></li>" for c in checks)
    count = items.count("<li>")
    summary = escape(_("核对无误（{count}）").format(count=count))
    return f"<details><summary>{summary}</summary><ul>{items}</ul></details>" if items else ""


def _notices(audit: Audit) -> str:
    items = "".join(f"<li>{escape(n.message)}</li>" for n in audit.document.notices)
    summary = escape(_("关于文件"))
    return f"<details><summary>{summary}</summary><ul>{items}</ul></details>" if items else ""
