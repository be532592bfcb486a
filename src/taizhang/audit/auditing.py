"""One audit: a document read, its figures linked and judged where there are ledgers, the rules of the pack run over the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.audit.findings import AuditResult
from taizhang.audit.links_model import Link, Verdict
from taizhang.reader import Reading, as_dict, load_lexicon, read_text
from taizhang.reader.documents import Document

if TYPE_CHECKING:
    from taizhang.audit.ledger_values import LedgerValues, Sees
    from taizhang.audit.links_file import Question, SavedLinks
    from taizhang.pack import Pack
    from taizhang.reader.lexicon import Lexicon
    from taizhang.warehouse.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that is known of one audited document; without ledgers ``links`` and ``verdicts`` are empty and ``position`` is None."""

    document: Document
    reading: Reading
    result: AuditResult
    links: tuple[Link, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    titles: Mapping[str, str] | None = None  # of the indicators that verdicts and links name
    position: int | None = None
    division: str = ""

    def verdict_of(self, quantity: int) -> Verdict | None:
        """Return what the ledgers say to a figure; None when they were not asked."""
        return self.verdicts[quantity] if self.verdicts else None

    def title_of(self, indicator: str | None) -> str:
        """Return an indicator's title; empty for None."""
        return (self.titles or {}).get(indicator, indicator) if indicator else ""

    def counts(self) -> dict[str, int]:
        """Return how many figures, findings by class, passed checks and verdicts by answer there are."""
        classes = Counter(finding.class_ for finding in self.result.findings)
        answers = Counter(verdict.answer for verdict in self.verdicts)
        heads = {"figures": len(self.reading.quantities), "passed": len(self.result.passed)}
        return heads | {name: classes.get(name, 0) for name in ("P", "L", "S", "F")} | dict(sorted(answers.items()))


class Auditor:
    """Audits documents against one state of one town's ledgers, or against themselves alone; what it builds, it keeps for the next document."""

    def __init__(
        self,
        pack: Pack,
        *,
        lexicon: Lexicon | None = None,
        snapshot: Snapshot | None = None,
        links: SavedLinks | None = None,
        today: date | None = None,
        sees: Sees | None = None,
    ) -> None:
        self.pack, self.snapshot, self.links, self.today, self.sees = pack, snapshot, links, today, sees
        self.lexicon = lexicon or load_lexicon()
        self._values: LedgerValues | None = None

    def audit(self, document: Document, *, previous: Document | None = None, year: int | None = None) -> Audit:
        """Audit a document; ``previous`` is last year's report, ``year`` the report's own year where its text does not tell."""
        from taizhang.audit.rules import audit_text

        reading = read_text(document.text, self.lexicon, year=year, numbers=document.numbers)
        before = (
            read_text(previous.text, self.lexicon, year=reading.year - 1 if reading.year else None, numbers=previous.numbers)
            if previous
            else None
        )
        links, verdicts = self._judged(reading)
        divisions = self.snapshot.divisions if self.snapshot else None
        rules = self.pack.audit_rules.values()
        result = audit_text(reading, rules, self.pack.parameters, previous=before, verdicts=verdicts, divisions=divisions)
        named = {name for verdict in verdicts for name in (verdict.indicator, *(c.indicator for c in verdict.candidates)) if name}
        titles = {name: self.pack.indicators[name].title for name in sorted(named)}
        position = self.snapshot.position if self.snapshot else None
        return Audit(document, reading, result, tuple(links), tuple(verdicts), titles, position, self._town())

    def _judged(self, reading: Reading) -> tuple[Sequence[Link], Sequence[Verdict]]:
        if self.snapshot is None:
            return (), ()
        from taizhang.audit.ledger_values import LedgerValues
        from taizhang.audit.linking import link
        from taizhang.audit.verdicts import judge

        links = link(reading, self.pack, self.lexicon, links=self.links, divisions=self.snapshot.divisions)
        pairs = dict.fromkeys(pair for one in links for pair in one.pairs())
        if self._values is None:
            self._values = LedgerValues(self.snapshot, today=self.today, sees=self.sees)
        return links, judge(reading, links, self._values.of(pairs), self.lexicon)

    def _town(self) -> str:
        return (self.snapshot.divisions.town or "") if self.snapshot else ""


def audit_as_dict(audit: Audit) -> dict[str, Any]:
    """Return an audit as plain data for JSON: the reading's items, each with its verdict, the findings and the checks that passed."""
    plain = as_dict(audit.reading)
    for item, verdict in zip(plain["items"], audit.verdicts, strict=False):
        item["verdict"] = verdict.as_dict() | {"title": audit.title_of(verdict.indicator)}
    return {
        "format": "taizhang-audit/1",
        "file": audit.document.name,
        "text": audit.document.text,
        "position": audit.position,
        "division": audit.division,
        "counts": audit.counts(),
        **plain,
        "findings": [finding.as_dict() for finding in audit.result.findings],
        "passed_checks": [check.as_dict() for check in audit.result.passed],
        "notices": [notice.as_dict() for notice in audit.document.notices],
    }


def questions_of(audit: Audit) -> list[Question]:
    """Return the figures whose indicator a person has to choose, each wording once."""
    from taizhang.audit.links_file import Question

    asked: dict[tuple[str, str, str], Question] = {}
    for link, q in zip(audit.links, audit.reading.quantities, strict=False):
        if link.status != "uncertain" or not q.measure:
            continue
        heading = audit.reading.sections[link.section].title if audit.reading.sections else ""
        named = tuple((c.indicator, audit.title_of(c.indicator)) for c in link.candidates)
        asked.setdefault((q.measure, q.unit.name, heading), Question(q.measure, q.unit.name, heading, q.text, named))
    return list(asked.values())
