"""What the pack's YAML says of roles when it is read plainly, apart from how the program reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from taizhang.pack.loader import SHIPPED

ACTS = ("read", "write", "accept", "export", "unmask")
POSTS = {"village": "990128105202", "town": "990128105", "county": "990128"}


def _documents(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((Path(SHIPPED) / "township" / folder).glob("*.yaml")):
        yield from (d for d in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader) if d)


ROLES = {d["role"]: d for d in _documents("rights") if "role" in d}
LEDGERS = {d["ledger"]: d for d in _documents("ledgers") if "ledger" in d}


def expected(role: str, offices: tuple[str, ...], act: str, ledger: str, post: str, place: str) -> bool:
    """Say whether a role at a post may do something with a row of a place: a right names the act and its selector picks the ledger."""
    return place.startswith(post) and held(role, offices, act, ledger)


def held(role: str, offices: tuple[str, ...], act: str, ledger: str) -> bool:
    """Say whether a role may do something with a ledger where it is posted."""
    if LEDGERS[ledger].get("written_by") == "comparison" and act in ("write", "accept"):
        return False
    return any(_right(right, offices, act, LEDGERS[ledger]) for right in ROLES[role]["rights"])


def _right(right: dict[str, Any], offices: tuple[str, ...], act: str, ledger: dict[str, Any]) -> bool:
    chosen = right.get("ledgers", {})
    if act not in right["do"] or ("access" in chosen and ledger.get("access", "normal") not in chosen["access"]):
        return False
    if "names" in chosen and ledger["ledger"] not in chosen["names"]:
        return False
    named = chosen.get("offices")
    return named is None or ledger["office"] in named or ("own" in named and ledger["office"] in offices)
