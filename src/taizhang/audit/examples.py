"""The worked examples of audit rules: a text in, spans of a finding or nothing out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from taizhang.audit.findings import AuditResult, Finding, Span
from taizhang.audit.links_model import Verdict
from taizhang.audit.rules import audit_text
from taizhang.i18n import _
from taizhang.pack.definitions import AuditExample, AuditRule, Pack
from taizhang.pack.examples import ExampleResult
from taizhang.reader import Reading, read_text

YEAR = 2020


def run_examples(pack: Pack, names: Collection[str] = ()) -> list[ExampleResult]:
    """Run the examples of the named audit rules, or of all.

    An example that ``finds`` quotes the spans of one finding in order of the text; one without ``finds`` must find nothing.
    """
    return [
        _result(pack, rule, example) for rule in pack.audit_rules.values() if not names or rule.name in names for example in rule.examples
    ]


def _result(pack: Pack, rule: AuditRule, example: AuditExample) -> ExampleResult:
    reading = read_text(example.text, year=example.year or YEAR)
    # Several earlier reports are parted by a line of hyphens, the last one first.
    texts = example.previous.split("----\n") if example.previous else []
    previous = [read_text(text, year=(example.year or YEAR) - n) for n, text in enumerate(texts, start=1)]
    verdicts = [v for given in example.verdicts for v in _verdict(reading, given)]
    result = audit_text(reading, [rule], pack.parameters, previous=previous, verdicts=verdicts)
    expected = _expected(example)
    # A text may hold more than one thing to find: the likest is compared.
    told = [_told(example, reading.text, f) for f in result.findings]
    got = expected if expected in told else (told[0] if told else _("没有发现"))
    if example.passes:
        expected += _("；通过：") + "、".join(example.passes)
        passed = ["、".join(reading.text[a:b] for a, b in p.spans) for p in result.passed]
        got += _("；通过：") + next((p for p in passed if p == "、".join(example.passes)), passed[0] if passed else _("无"))
    return ExampleResult.of("audit_rule", rule.name, example.place, expected, got)


def _expected(example: AuditExample) -> str:
    if not example.finds:
        return _("没有发现")
    return "、".join(example.finds) + f"｜{example.arithmetic}" + (f"｜{example.class_}" if example.class_ else "")


def _told(example: AuditExample, text: str, finding: Finding) -> str:
    quotes = "、".join(text[a:b] for a, b in finding.spans)
    return f"{quotes}｜{finding.arithmetic}" + (f"｜{finding.class_}" if example.class_ else "")


def _verdict(reading: Reading, given: Mapping[str, Any]) -> list[Verdict]:
    """Make the verdict of an example: on the figure that it quotes."""
    value = Decimal(str(given["value"])) if "value" in given else None
    written = f"{given['value']}{given.get('unit', '')}" if "value" in given else ""
    return [
        Verdict(
            quantity=q.number,
            answer=given["verdict"],
            indicator=given.get("indicator"),
            value=value,
            unit=given.get("unit", q.unit.name),
            written=written,
            proposal=written,
            slip=given.get("slip", ""),
            arithmetic=f"{q.text} ≠ {written}" if written else "",
        )
        for q in reading.quantities
        if q.text == given["figure"]
    ]


def quoted(result: AuditResult, text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the findings of a result as rule number and quoted spans, for tests and the command."""
    return [(f.number, tuple(_quote(text, s) for s in f.spans)) for f in result.findings]


def _quote(text: str, span: Span) -> str:
    return text[slice(*span)]
