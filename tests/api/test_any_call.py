"""Whatever is sent to any operation is answered as its description says: never a server error, never an answer that is not documented."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from support.calls import TOWN, VILLAGE, Caller, caller
from support.rows import household, households
from taizhang.access.sight import Grant
from taizhang.workspace import Workspace

EXAMPLES = int(os.environ.get("TAIZHANG_API_EXAMPLES", "2"))  # of each operation and kind; whoever wants to search long asks for more
# What is there, so that calls reach behind the first question whether it is: by part of the address, then by name of the parameter.
THERE: dict[str, dict[str, Any]] = {
    "/ledgers/": {"ledger": "household", "ref": "H0001"},
    "/indicators/": {"name": "households"},
    "/submissions/": {"number": 2},
}

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)


def _everybody(workspace: Workspace) -> Caller:
    """Return a caller who may do whatever there is to do."""
    town_wide = [Grant(role, TOWN, ("纪委", "综治办")) for role in ("station", "reviewer", "inspector", "report_writer")]
    return caller(workspace, "everybody", Grant("village_clerk", VILLAGE), *town_wide)


def _sent(workspace: Workspace, program: Caller) -> None:
    """Leave something to be found: rows, a submission that waits, one that was returned."""
    households(workspace, 6)
    other = caller(workspace, "other", Grant("village_clerk", VILLAGE))
    for number in (50, 51):
        done = other.post("/ledgers/household/changes", {"changes": [{"values": household(number, VILLAGE)}]})
    program.post(f"/submissions/{done['submission']}/return", {"reason": "请核对"})


@pytest.mark.slow
def test_any_call_is_answered_as_described(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import schemathesis  # takes a second, which no other test should wait for
    from django.core.wsgi import get_wsgi_application
    from schemathesis.checks import CHECKS

    program = _everybody(sqlite_workspace)
    headers = {**program.headers, "Accept-Encoding": "identity"}
    _sent(sqlite_workspace, program)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers)
    checks = CHECKS.get_by_names(list(CHECKED))
    failures, asked, statuses = list[str](), 0, Counter[int]()
    quick = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in schemathesis.GenerationMode:
            asked += 1
            try:
                statuses.update(_try(operation, mode, quick, headers, checks))
            except (Exception, BaseExceptionGroup) as error:
                failures.append(f"{operation.label} ({mode.value}): {error}"[:2000])
    assert not failures, "\n\n".join(failures)
    assert asked > 80
    assert statuses[200] > 20
    assert statuses[422] > 20
    assert not any(status >= 500 for status in statuses)


def _try(operation: Any, mode: Any, how: Any, headers: dict[str, str], checks: Any) -> Counter[int]:
    from hypothesis import given
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode

    seen = Counter[int]()
    there = next((values for part, values in THERE.items() if part in operation.path), {})
    known = {name: value for name, value in there.items() if f"{{{name}}}" in operation.path}
    fixed = {"path_parameters": known} if known and mode is GenerationMode.POSITIVE else {}

    @how
    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    def run(case: Any) -> None:
        seen[case.call_and_validate(headers=headers, checks=checks).status_code] += 1

    with suppress(Unsatisfiable):  # nothing that does not fit can be made for it
        run()
    return seen
