"""All worked examples of a pack, whichever part runs them."""

from __future__ import annotations

from collections.abc import Collection

from taizhang.errors import TaizhangError
from taizhang.pack import Pack
from taizhang.pack.examples import ExampleResult


def run_all(pack: Pack, names: Collection[str] = ()) -> list[ExampleResult]:
    """Run the examples of the named definitions, or of all.

    Raises ``TaizhangError`` (``pack.definition_unknown``) for a name that the pack does not have.
    """
    from taizhang.figures import examples as figures
    from taizhang.intake import examples as intake
    from taizhang.report import examples as report

    known = {*pack.ledgers, *pack.indicators, *pack.parameters, *pack.reports, *pack.audit_rules, *pack.views, *pack.rules}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise TaizhangError("pack.definition_unknown", name="、".join(unknown))
    results = intake.run_examples(pack, names) + figures.run_examples(pack, names)
    for definition in pack.reports.values():
        if not names or definition.name in names:
            results += report.run_examples(definition, pack)
    if not names or any(name in pack.audit_rules for name in names):
        from taizhang.audit import examples as audit

        results += audit.run_examples(pack, names)
    if not names or any(name in pack.views or name in pack.rules for name in names):
        from taizhang.comparison import examples as comparison

        results += comparison.run_examples(pack, names)
    return results
