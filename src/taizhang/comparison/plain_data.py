"""Findings and runs as plain data for JSON, masked unless somebody may see more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from taizhang.comparison.cases import HitRate
from taizhang.comparison.findings import Finding, plain
from taizhang.comparison.results import CheckResult, RuleResult
from taizhang.comparison.telling import mask_shape
from taizhang.comparison.versions import Versions
from taizhang.masking import is_personal, mask_value
from taizhang.pack.definitions import Pack
from taizhang.pack.rule_schema import SEVERITIES

_SEVERITY = {word: code for code, word in SEVERITIES.items()}


def check_as_dict(result: CheckResult, pack: Pack, rates: Mapping[str, HitRate], *, masked: bool = True) -> dict[str, Any]:
    """Return a run with its findings and what it did for each rule."""
    versions, listed = Versions(pack), result.findings()
    versions.load(seq for f in listed for seq in (f.left_seq, f.right_seq))
    new = set[str]().union(*(r.new for r in result.rules))
    gone = set[str]().union(*(r.closed for r in result.rules))
    closed = [f for f in result.standing if f.number in gone and result.scope.holds_finding(f)]
    return {
        "run": result.number,
        "as_of": result.day.isoformat(),
        "mode": result.mode,
        "position": result.position,
        "submission": result.submission,
        "findings": [finding_as_dict(f, pack, versions, masked=masked) | {"new": f.number in new} for f in listed],
        "closed": [finding_as_dict(f, pack, versions, masked=masked) for f in closed],
        "runs": [_rule(r, result, rates.get(r.stamp.rule.name)) for r in result.rules],
    }


def _rule(result: RuleResult, whole: CheckResult, rate: HitRate | None) -> dict[str, Any]:
    rule, run = result.stamp.rule, result.run
    steps = [{"step": s.name, "title": s.title, "rows": s.rows} for s in run.steps] if run else []
    return {
        "rule": rule.name,
        "number": rule.number,
        "title": rule.title,
        "state": run.state if run else "unchanged",
        "how": result.how,
        "keys": result.reached.size if result.reached else None,
        # What was not compared has no number, least of all 0.
        "found": None if run is None or run.state != "ran" else run.total,
        "findings": result.open if run is None or run.state == "ran" else None,
        "excluded": result.counts["excluded"],
        "new": len(result.new),
        "changed": len(result.changed),
        "closed": len(result.closed),
        "told": run.told.as_dict() if run and run.told else None,
        "version": result.stamp.version,
        "parameters": json.loads(result.stamp.parameters),
        "sources": dict(result.sources),
        "position": whole.position,
        "as_of": whole.day.isoformat(),
        "seconds": round(run.seconds, 3) if run else None,
        "steps": steps,
        "hit_rate": rate.as_dict() if rate else None,
    }


def finding_as_dict(finding: Finding, pack: Pack, versions: Versions, *, masked: bool = True) -> dict[str, Any]:
    """Return one finding."""
    f = finding
    days = {name: day.isoformat() if day else None for name, day in (("reference_on", f.reference_on), ("closed_on", f.closed_on))}
    return {
        "number": f.number,
        "rule": f.rule,
        "title": f.title,
        "severity": _SEVERITY[f.severity],
        "state": f.state,
        "subject_kind": f.subject_kind,
        "subject": f.subject_shown if masked else f.subject,
        "name": f.name_shown if masked else f.name,
        "programme": f.programme,
        "first_month": f.first_month,
        "last_month": f.last_month,
        "months": sorted({row.month for row in f.rows if row.month}),
        "division": f.village,
        "amount": plain(f.amount),
        "count": f.count,
        "says": f.says,
        "facts": None if masked else json.loads(f.facts),
        "left": row_as_dict(f.left_seq, f.left_on, pack, versions, masked),
        "right": row_as_dict(f.right_seq, f.right_on, pack, versions, masked),
        "rows": [{"left": r.left, "right": r.right, "month": r.month or None, "amount": plain(r.amount)} for r in f.rows],
        **days,
        "version": f.version,
        "parameters": json.loads(f.parameters),
        "run": f.run,
        "first_run": f.first_run,
        "found_on": f.found_on.isoformat(),
        "excluded_by": f.excluded_by,
        "result": f.result,
        "closed_why": f.closed_why,
    }


def row_as_dict(seq: int | None, as_of: Any, pack: Pack, versions: Versions, masked: bool) -> dict[str, Any] | None:
    """Return one of the two rows that a finding stands on."""
    version = versions.get(seq)
    if version is None:
        return None
    ledger = pack.ledgers.get(version.ledger)
    values: Mapping[str, str] = versions.data(seq)
    entry = version.entry
    if masked:
        fields = ledger.fields if ledger else {}
        values = {
            k: (mask_value(fields[k], v) or "") if k in fields and is_personal(fields[k]) else mask_shape(v) for k, v in values.items()
        }
        entry = "|".join(values.get(name) or "" for name in ledger.key) if ledger else "***"
    return {
        "ledger": version.ledger,
        "title": ledger.title if ledger else version.ledger,
        "seq": seq,
        "entry": entry,
        "submission": version.submission,
        "as_of": as_of.isoformat() if as_of else None,
        "values": dict(values),
    }
