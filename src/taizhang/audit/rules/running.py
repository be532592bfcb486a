"""Run the rules of a pack on a reading: what is found, in order of weight, and what was checked and held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from taizhang.audit.findings import AuditResult, Finding, Hit, PassedCheck
from taizhang.audit.links_model import Verdict
from taizhang.audit.rules.facts import Facts
from taizhang.audit.rules.registry import checks
from taizhang.i18n import _
from taizhang.pack.definitions import AuditRule, Parameter
from taizhang.pack.divisions import DivisionTree
from taizhang.reader.model import Reading


def audit_text(
    reading: Reading,
    rules: Iterable[AuditRule],
    parameters: Mapping[str, Parameter],
    *,
    previous: Reading | Sequence[Reading] | None = None,
    verdicts: Sequence[Verdict] | None = None,
    divisions: DivisionTree | None = None,
) -> AuditResult:
    """Run every rule on a reading.

    ``previous`` is last year's report, or earlier reports with the last one first; ``verdicts`` what the ledgers say of the figures;
    ``divisions`` the villages of the town. Rules that need what is not given are silent.
    """
    earlier = () if previous is None else (previous,) if isinstance(previous, Reading) else tuple(previous)
    facts = Facts(reading, parameters, earlier, {v.quantity: v for v in verdicts or ()}, divisions)
    findings: list[Finding] = []
    passed: list[PassedCheck] = []
    for rule in rules:
        for outcome in _outcomes(facts, rule):
            if isinstance(outcome, Finding):
                findings.append(outcome)
            else:
                passed.append(outcome)
    findings.sort(key=lambda f: (-f.weight, f.spans, f.number))
    passed.sort(key=lambda p: (p.spans, p.number))
    return AuditResult(tuple(findings), tuple(passed))


def _outcomes(facts: Facts, rule: AuditRule) -> Iterator[Finding | PassedCheck]:
    seen: set[object] = set()
    for outcome in checks()[rule.check](facts, rule.options):
        # Two ways of seeing one thing (a group of the reader and the words themselves) are told once.
        if (mark := (isinstance(outcome, Hit), outcome.spans)) in seen:
            continue
        seen.add(mark)
        if isinstance(outcome, Hit) and rule.ledger_settles and _agreed(facts, outcome):
            yield PassedCheck(rule.name, rule.number, rule.title, outcome.spans, _("{line}；与台账一致").format(line=outcome.arithmetic))
        elif isinstance(outcome, Hit):
            yield finding_of(rule, outcome)
        else:
            yield PassedCheck(rule.name, rule.number, rule.title, outcome.spans, outcome.arithmetic)


def _agreed(facts: Facts, hit: Hit) -> bool:
    answers = [facts.verdicts[n].answer if n in facts.verdicts else "" for n in hit.quantities]
    return bool(answers) and all(answer == "agrees" for answer in answers)


def finding_of(rule: AuditRule, hit: Hit) -> Finding:
    """Put the rule's words to what a check found."""
    case = rule.case(hit.case)
    values = _Blank(hit.values)
    says, reads, settles = (words.format_map(values) for words in (case.says, case.reads, case.settles))
    return Finding(
        rule.name, rule.number, case.class_, rule.title, says, hit.spans, hit.quantities, hit.arithmetic, reads, settles, hit.proposal, case.weight
    )  # fmt: skip


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
