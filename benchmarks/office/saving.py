"""Fifty clerks who save cells at once: nothing fails, and whatever was acknowledged is in the journal."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.office.clients import Browser, at, free_port, running, together
from benchmarks.office.town import hire, open_town, villages

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

CLERKS = 50
ROWS = 400  # entries of each clerk's own
# One ledger whose edits wait for review, one whose edits stand at once.
LEDGERS = ("collective_asset", "water_report")


def measure(room: Path, seconds: float, database: str = "sqlite") -> dict[str, Any]:
    """Let the clerks save for a while and look for every acknowledged save in the journal."""
    kind = "postgresql" if database != "sqlite" else "sqlite"
    workspace = open_town(room / kind, database)
    bases, places = _fill(workspace), villages(workspace)
    port = free_port()
    serve = [sys.executable, "-m", "taizhang", "-C", room / kind, "serve", "--port", str(port)]
    found: dict[str, Any] = {}
    with running(serve, port, room / f"{kind}.log", "/sign-in/"):
        clerks = [_Clerk(port, number, places[number % len(places)], bases) for number in range(CLERKS)]
        for ledger in LEDGERS:
            times, failures, whole = together([lambda c=clerk, n=ledger: c.save(n) for clerk in clerks], seconds)  # type: ignore[misc]
            saved = [one for clerk in clerks for one in clerk.acknowledged if one[0] == ledger]
            lost = _lost(room / kind, saved)
            found[ledger] = {
                "saves": len(saved), "per_second": round(len(saved) / whole, 1), "p50_ms": at(times, 0.5), "p99_ms": at(times, 0.99),
                "errors": len(failures), "lost": lost, "waits_for_review": workspace.pack.ledgers[ledger].review,
            }  # fmt: skip
            if failures:
                found[ledger]["first_error"] = failures[0]
    return found


def _fill(workspace: Workspace) -> dict[tuple[str, str], int]:
    """Give every clerk a village and entries; return the version of each entry."""
    from taizhang.intake import import_rows
    from taizhang.journal import Source, read

    places = villages(workspace)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in LEDGERS}
    for number in range(CLERKS):
        village = places[number % len(places)]
        hire(workspace, f"clerk{number}", "village_clerk", village)
        for row in range(ROWS):
            rows["collective_asset"].append(_asset(f"A{number:02d}-{row:03d}", village))
            rows["water_report"].append(
                {"station": f"S{number:02d}-{row:03d}", "village": village, "observed_at": "2020-06-01 08:00", "rain": "1"}
            )
    import_rows(workspace, rows, "benchmark", Source("demo", "benchmark"))
    return {(name, entry): s.seq for name in LEDGERS for entry, s in read.standing(name).items()}


def _asset(number: str, village: str) -> dict[str, Any]:
    return {
        "number": number,
        "village": village,
        "name": "办公楼",
        "class": "房屋",
        "state": "自用",
        "value": "10000",
        "registered_on": "2019-05-06",
    }


class _Clerk:
    """One clerk: saves one cell of one of her entries after the other."""

    def __init__(self, port: int, number: int, village: str, bases: dict[tuple[str, str], int]) -> None:
        self.browser = Browser(port)
        self.browser.sign_in(f"clerk{number}")
        self.browser.ask("GET", "/ledgers/")
        self.number, self.village, self.bases = number, village, bases
        self.turn = itertools.count()
        self.acknowledged: list[tuple[str, str, str, int]] = []

    def save(self, ledger: str) -> None:
        """Save one cell; an answer other than a submission's number is an error."""
        turn = next(self.turn)
        entry = (
            f"A{self.number:02d}-{turn % ROWS:03d}" if ledger == LEDGERS[0] else f"S{self.number:02d}-{turn % ROWS:03d}|2020-06-01T08:00"
        )
        field, value = ("name", f"办公楼{turn}") if ledger == LEDGERS[0] else ("measure", f"巡查{turn}")
        if ledger == LEDGERS[0] and turn >= ROWS:  # each entry waits for review already: add another one
            entry = f"B{self.number:02d}-{turn}"
            edit: dict[str, Any] = {"values": {**_asset(entry, self.village), "name": value}}
        else:
            edit = {"ref": entry, "base": self.bases[ledger, entry], "values": {field: value}}
        body = json.dumps({"edits": [edit], "reason": "核对"}).encode()
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.browser.cookies.get("csrftoken", ""),
        }
        answer = self.browser.ask("POST", f"/ledgers/{ledger}/save/", body, **headers)
        if self.browser.status != 200:
            raise RuntimeError(f"{self.browser.status}: {answer.decode(errors='replace')[:200]}")
        told = json.loads(answer)
        self.acknowledged.append((ledger, entry, value, told["submission"]))
        if not told["pending"]:
            self.bases[ledger, entry] = told["first_seq"]


_LOOK = """
import json, sys
from taizhang.serving.configuration import configure_for
from taizhang.workspace import Workspace
workspace = Workspace.open(sys.argv[1]); configure_for(workspace)
from taizhang.journal import models, read
from taizhang.journal.payload import unpack
lost = 0
for ledger, entry, value, number in json.load(sys.stdin):
    sent = read.submission(number)
    if sent.status == "pending":
        content = models.SubmissionPayload.objects.get(submission_id=number).content
        data = [c.data for c in unpack(number, content, sent.payload_hash) if (c.ledger, c.entry) == (ledger, entry)]
    else:
        data = [v.data for v in read.history(ledger, entry) if v.submission == number]
    lost += not any(value in json.loads(text).values() for text in data)
print(lost)
"""


def _lost(root: Path, saved: list[tuple[str, str, str, int]]) -> int:
    """Return how many acknowledged saves another process does not find in the journal."""
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(root)], input=json.dumps(saved), capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return int(done.stdout.strip().splitlines()[-1])
