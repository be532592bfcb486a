"""Colours that help the words of findings and cases; the words stand beside them."""

from collections.abc import Mapping

from taizhang.comparison.cases import APPEALED, DECIDED, VERIFIED, WAITING
from taizhang.comparison.findings import RESULTS, STATES
from taizhang.pack.rule_schema import SEVERITIES

SEVERITY_KIND: Mapping[str, str] = {"重要": "bad", "一般": "warn", "轻微": "", "提示": ""}
STATE_KIND: Mapping[str, str] = {"open": "warn", "excluded": "", "decided": "good", "closed": ""}
CASE_KIND: Mapping[str, str] = {"待核实": "warn", "已核实": "warn", "已认定": "good", "申诉中": "bad"}
# Values of comparison's ledgers that are words of the interface too, and so are translated.
TRANSLATED = frozenset({*SEVERITIES.values(), *STATES.values(), *RESULTS, WAITING, VERIFIED, DECIDED, APPEALED})
