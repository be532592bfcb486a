"""Auditing a draft in the background; what was found is kept with the draft."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.urls import reverse

from taizhang.audit import Audit, Auditor
from taizhang.audit.comments import write_comments
from taizhang.audit.drafts import do_keep_found, draft_of, lexicon_of, links_of
from taizhang.audit.html_writer import pieces
from taizhang.audit.telling import comments, figure_facts
from taizhang.clock import now, today
from taizhang.figures.desk import Desk
from taizhang.figures.visible import sees
from taizhang.i18n import N_, Language, speaking
from taizhang.jobs.registry import job
from taizhang.jobs.work import Work

KIND = "audit"
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@job(KIND, title=N_("审核文稿"))
def audit_draft(work: Work, draft: str) -> dict[str, Any]:
    """Audit a draft against the ledgers, within what its owner may see of them, and keep what was found."""
    sight, pack = work.sight, work.workspace.pack
    sight.check("audit")
    kept = draft_of(work.workspace, work.person, draft)
    work.tell(N_("读文稿"), 0.05)
    document, before, lexicon = kept.document, kept.before, lexicon_of(work.workspace)
    links = links_of(work.workspace, lexicon)
    work.tell(N_("与台账逐个比对"), 0.2)
    with Desk.of(work.workspace).snapshot() as snapshot:
        auditor = Auditor(
            pack,
            lexicon=lexicon,
            snapshot=snapshot,
            links=links,
            today=today(),
            sees=lambda indicator, division: sees(sight, pack.indicators[indicator], division),
        )
        audit = auditor.audit(document, previous=before, year=kept.year)
    work.tell(N_("写出结果"), 0.85)

    def comment(target: Path) -> None:
        write_comments(kept.source, target, comments(audit))

    do_keep_found(kept, _found(audit, draft), comment if document.kind == "docx" else None)
    return {"url": reverse("audit-draft", args=[draft])}


def _found(audit: Audit, draft: str) -> dict[str, Any]:
    """Return what the pages of an audit show; markup in both languages, figures as data."""

    def link(number: int) -> str:
        return reverse("audit-choose", args=[draft, number])

    told: dict[str, Any] = {"at": now().isoformat(timespec="seconds"), "position": audit.position, "counts": audit.counts()}
    for language in _LANGUAGES:
        with speaking(language):
            made = pieces(audit, link)
        told[language] = {"text": made.text, "side": made.side}
    told["figures"] = [_figure(audit, i) for i in range(len(audit.reading.quantities))]
    return told


def _figure(audit: Audit, index: int) -> dict[str, Any]:
    quantity, verdict = audit.reading.quantities[index], audit.verdict_of(index)
    section = audit.reading.sections[audit.links[index].section].title if audit.links and audit.reading.sections else ""
    facts = {}
    for language in _LANGUAGES:
        with speaking(language):
            facts[language] = figure_facts(audit, quantity)
    start, end = max(0, quantity.start - 40), min(len(audit.document.text), quantity.end + 40)
    return {
        "text": quantity.text,
        "before": audit.document.text[start : quantity.start].rsplit("\n", 1)[-1],
        "after": audit.document.text[quantity.end : end].split("\n", 1)[0],
        "measure": quantity.measure,
        "unit": quantity.unit.name,
        "section": section,
        "facts": facts,
        "answer": verdict.answer if verdict else "",
        "indicator": verdict.indicator if verdict else None,
        "title": audit.title_of(verdict.indicator) if verdict else "",
        "status": verdict.status if verdict else "none",
        "candidates": [[c.indicator, audit.title_of(c.indicator)] for c in (verdict.candidates if verdict else ())],
    }
