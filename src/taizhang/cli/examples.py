"""All worked examples of a pack, whichever part runs them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError
from taizhang.pack import Pack
from taizhang.pack.examples import ExampleResult

if TYPE_CHECKING:
    from taizhang.warehouse.engine import Engine


def run_all(pack: Pack, names: Collection[str] = (), engine: Callable[[], Engine] | None = None) -> list[ExampleResult]:
    """Run the examples of the named definitions, or of all.

    ``engine`` runs the examples of indicators, parameters, views and rules, and only these: the others need no engine. Raises ``TaizhangError`` (``pack.definition_unknown``) for a name that the pack does not have.
    """
    from taizhang.figures import examples as figures
    from taizhang.intake import examples as intake
    from taizhang.report import examples as report

    known = {*pack.ledgers, *pack.indicators, *pack.parameters, *pack.reports, *pack.audit_rules, *pack.views, *pack.rules, *pack.roles}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise TaizhangError("pack.definition_unknown", name="、".join(unknown))
    results = [] if engine else intake.run_examples(pack, names)
    results += figures.run_examples(pack, names, engine)
    for definition in pack.reports.values() if engine is None else ():
        if not names or definition.name in names:
            results += report.run_examples(definition, pack)
    if engine is None and (not names or any(name in pack.audit_rules for name in names)):
        from taizhang.audit import examples as audit

        results += audit.run_examples(pack, names)
    if not names or any(name in pack.views or name in pack.rules for name in names):
        from taizhang.comparison import examples as comparison

        results += comparison.run_examples(pack, names, engine)
    if engine is None:
        from taizhang.access import examples as access

        results += access.run_examples(pack, names)
    return results
