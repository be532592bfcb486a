"""What the ledgers say of the figures: digits that slipped, figures that no ledger knows, claims that there was none."""

from __future__ import annotations

from collections.abc import Iterator

from taizhang.audit.findings import Hit
from taizhang.audit.rules.facts import Facts
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import pattern_of, span_of

_DIGITS = ("transposed", "digit_lost", "digit_added", "digit_wrong")
_SHOWN = 12


@check
def digit_slip(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A figure that differs from the ledger by one digit, or by two that changed places."""
    for number, verdict in facts.verdicts.items():
        if verdict.answer == "differs" and verdict.slip in _DIGITS:
            q = facts.figures[number]
            values = {"figure": q.text, "ledger": verdict.proposal or verdict.written}
            yield Hit(span_of(q), verdict.arithmetic, (number,), "", values, verdict.proposal or None)


@check
def no_ledger(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Figures that differ from their ledger, figures that no ledger has, and claims of none, which need their register."""
    missing = []
    for number, verdict in facts.verdicts.items():
        q = facts.figures[number]
        if verdict.answer == "differs" and not verdict.slip:
            values = {"figure": q.text, "ledger": verdict.proposal or verdict.written}
            yield Hit(span_of(q), verdict.arithmetic, (number,), "", values, verdict.proposal or None)
        elif verdict.answer == "not_in_ledgers" and q.scope != "plan":
            missing.append(q)
    if missing:
        line = "、".join(f"{q.measure}{q.text}" for q in missing[:_SHOWN])
        numbers = tuple(q.number for q in missing)
        yield Hit(span_of(*missing), line, numbers, "missing", {"count": str(len(missing))})
    none = pattern_of(options["none"])
    claims = [m.span() for m in none.finditer(facts.plain) if not facts.planned(m.start())]
    claims += [(q.start, q.end) for q in facts.results if q.value == 0 and q.kind == "count"]
    if len(claims) > 1:
        line = "、".join(facts.plain[a:b] for a, b in sorted(claims)[:_SHOWN])
        yield Hit(tuple(sorted(claims)), line, (), "zero", {"count": str(len(claims))})
