"""A filtered page of a large ledger beside Datasette's, and what pages weigh on the wire."""

from __future__ import annotations

import itertools
import random
import re
import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.office.clients import Browser, at, free_port, running, spent, together
from benchmarks.office.town import LEDGER, PROGRAMMES, fill, hire, open_town, villages
from benchmarks.peers import cache_folder, python_with

CLIENTS = 32
LIMIT = 60 * 1024
_TURNS = 15
Asking = Callable[[Browser, int], bytes]


def measure(room: Path, rows: int, seconds: float) -> dict[str, Any]:
    """Measure both servers in one run, turn by turn."""
    python = python_with(cache_folder() / "datasette", ["datasette==0.65.*"], "import datasette")
    if isinstance(python, str):
        return {"left_out": python}
    workspace = open_town(room / "town")
    fill(workspace, room / "peer.db", rows)
    hire(workspace, "leader", "leader", workspace.town)
    places = villages(workspace)
    ours, peers = free_port(), free_port()
    serve = [sys.executable, "-m", "taizhang", "-C", room / "town", "serve", "--port", str(ours)]
    peer = [
        python,
        "-m",
        "datasette",
        "serve",
        "--immutable",
        room / "peer.db",
        "--port",
        str(peers),
        "--setting",
        "sql_time_limit_ms",
        "20000",
    ]
    peer += ["--setting", "max_returned_rows", "1000"]
    with running(serve, ours, room / "ours.log", "/sign-in/"), running(peer, peers, room / "peer.log"):
        return _measured(ours, peers, places, seconds) | {"rows": rows}


def _asked(number: int, places: list[str]) -> tuple[str, str, str]:
    """Return village, programme and least amount: another question each time, so that nothing that was kept helps either."""
    chance = random.Random(number)
    return chance.choice(places), chance.choice(PROGRAMMES), f"{chance.randrange(100, 3000)}.{number % 100:02d}"


def _ours(kind: str, places: list[str], browser: Browser, number: int) -> bytes:
    place, programme, least = _asked(number, places)
    query = {"place": place, "f.programme.is": programme, "f.amount.from": least, "sort": "amount", "down": "1", "size": "50"}
    content = browser.ask("GET", f"/ledgers/{LEDGER}/{'rows/' if kind == 'json' else ''}?{urlencode(query)}")
    assert browser.status == 200, browser.status
    return content


def _peer(kind: str, places: list[str], browser: Browser, number: int) -> bytes:
    place, programme, least = _asked(number, places)
    query = {"village__exact": place, "programme__exact": programme, "amount__gte": least, "_sort_desc": "amount", "_size": "50"}
    content = browser.ask("GET", f"/peer/{LEDGER}{'.json' if kind == 'json' else ''}?{urlencode(query)}")
    assert browser.status == 200, (browser.status, content[:300])
    return content


def _measured(ours: int, peers: int, places: list[str], seconds: float) -> dict[str, Any]:
    person = Browser(ours)
    person.sign_in("leader")
    found: dict[str, Any] = {"cold_first_page_s": round(spent(partial(_ours, "html", places, person, 0)), 2)}
    for kind in ("html", "json"):
        mine, theirs = partial(_ours, kind, places), partial(_peer, kind, places)
        for number in range(12):  # each of our processes, and the peer's caches of the file, are warm
            mine(_again(person), number)
            theirs(Browser(peers), number)
        numbers = itertools.count(1000)
        times: dict[str, list[float]] = {"ours": [], "datasette": []}
        guest = Browser(peers)
        for _turn in range(_TURNS):
            number = next(numbers)
            times["ours"].append(spent(partial(mine, person, number)))
            times["datasette"].append(spent(partial(theirs, guest, number)))
        found[kind] = {name: round(1000 * statistics.median(t), 1) for name, t in times.items()}
        found[kind] |= {"share": round(found[kind]["ours"] / found[kind]["datasette"], 3), "goal": "≤ 0.2"}
        found[f"{kind}_load"] = _load(person, peers, mine, theirs, seconds)
    return found


def _again(person: Browser) -> Browser:
    """Return another browser of the same person, on a connection of its own."""
    made = Browser(person.port)
    made.cookies = dict(person.cookies)
    return made


def _load(person: Browser, peers: int, mine: Asking, theirs: Asking, seconds: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, asking, make in (("ours", mine, lambda: _again(person)), ("datasette", theirs, lambda: Browser(peers))):
        numbers = itertools.count(100_000)
        browsers = [make() for _ in range(CLIENTS)]
        times, failures, whole = together([lambda b=b, a=asking, n=numbers: a(b, next(n)) for b in browsers], seconds)  # type: ignore[misc]
        found[name] = {
            "p50_ms": at(times, 0.5),
            "p99_ms": at(times, 0.99),
            "per_second": round(len(times) / whole, 1),
            "failures": len(failures),
        }
        if failures:
            found[name]["first_failure"] = failures[0]
    found["share_p99"] = round(found["ours"]["p99_ms"] / (found["datasette"]["p99_ms"] or 1), 3)
    return found | {"goal": "≤ 0.5"}


def weigh(room: Path) -> dict[str, Any]:
    """Return the bytes over the wire, headers left out, of a first visit to pages that everybody opens."""
    workspace = open_town(room / "weighed")
    hire(workspace, "clerk", "village_clerk", villages(workspace)[0])
    port = free_port()
    serve = [sys.executable, "-m", "taizhang", "-C", room / "weighed", "serve", "--port", str(port)]
    found: dict[str, Any] = {}
    with running(serve, port, room / "weighed.log", "/sign-in/"):
        person = Browser(port)
        person.sign_in("clerk")
        for name, path in (("home", "/"), ("form", "/ledgers/household/new/"), ("ledgers", "/ledgers/"), ("ledger", "/ledgers/household/")):
            found[name] = _weight(person, path)
    return found | {"goal": f"home and form < {LIMIT}"}


def _weight(person: Browser, path: str) -> dict[str, int]:
    text = person.ask("GET", path, **{"Accept-Encoding": "identity"}).decode()
    page = len(person.ask("GET", path, **{"Accept-Encoding": "br, gzip"}))
    parts = sum(
        len(person.ask("GET", address, **{"Accept-Encoding": "br, gzip"}))
        for address in dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
    )
    return {"page": page, "with_its_files": page + parts}
