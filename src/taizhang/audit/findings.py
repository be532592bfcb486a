"""What an audit says: findings and checks that passed. Plain immutable data; nothing of it changes the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from taizhang.i18n import N_, _
from taizhang.pack.definitions import AuditClass

CLASS_WORDS: dict[AuditClass, str] = {"P": N_("前后不一致"), "L": N_("与台账不符"), "S": N_("请核实"), "F": N_("表述建议")}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: the figures with their places, the arithmetic, how sure it is, on what it rests, what would settle it."""

    rule: str
    number: str
    class_: AuditClass
    title: str
    says: str
    spans: tuple[Span, ...]
    quantities: tuple[int, ...]
    arithmetic: str
    reading: str
    settles: str
    proposal: str | None = None
    weight: int = 0

    @property
    def class_words(self) -> str:
        """The class as the clerk sees it."""
        return _(CLASS_WORDS[self.class_])

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain data for JSON."""
        return {
            "rule": self.rule, "number": self.number, "class": self.class_, "class_words": self.class_words, "title": self.title,
            "says": self.says, "spans": [list(s) for s in self.spans], "quantities": list(self.quantities), "arithmetic": self.arithmetic,
            "reading": self.reading, "settles": self.settles, "proposal": self.proposal, "weight": self.weight,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PassedCheck:
    """A check that was made and held, with its arithmetic."""

    rule: str
    number: str
    title: str
    spans: tuple[Span, ...]
    arithmetic: str

    def as_dict(self) -> dict[str, Any]:
        """Return the check as plain data for JSON."""
        spans = [list(s) for s in self.spans]
        return {"rule": self.rule, "number": self.number, "title": self.title, "spans": spans, "arithmetic": self.arithmetic}


@dataclass(frozen=True, slots=True)
class AuditResult:
    """Findings in order of weight, and checks that held in order of the text."""

    findings: tuple[Finding, ...] = ()
    passed: tuple[PassedCheck, ...] = ()

    def of_class(self, class_: AuditClass) -> Sequence[Finding]:
        """Return the findings of one class."""
        return [f for f in self.findings if f.class_ == class_]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check found: the rule's words for its ``case`` make a finding of it."""

    spans: tuple[Span, ...]
    arithmetic: str
    quantities: tuple[int, ...] = ()
    case: str = ""
    values: dict[str, str] = field(default_factory=dict)
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a check found in order."""

    spans: tuple[Span, ...]
    arithmetic: str
