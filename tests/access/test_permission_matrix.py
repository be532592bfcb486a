"""Who may do what with which ledger where: what the pack's YAML says when read plainly, what the sight says, and what the office answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.calls import Caller, caller
from support.staff import hire, signed_in
from taizhang.access.sight import Grant, Sight
from taizhang.pack import load_pack
from taizhang.pack.divisions import Division, DivisionTree
from taizhang.pack.loader import SHIPPED, demonstration_divisions
from taizhang.workspace import Workspace

ACTS = ("read", "write", "accept", "export", "unmask")
POSTS = {"village": "990128105202", "town": "990128105", "county": "990128"}
OFFICES: tuple[tuple[str, ...], ...] = ((), ("农业综合服务中心",), ("民政办", "社会事务办"), ("纪委",))
PLACES = ("990128105202", "99012810520203", "990128105203", "990128105", "990128", "990128106201", "")


def _documents(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((Path(SHIPPED) / "township" / folder).glob("*.yaml")):
        yield from (d for d in yaml.safe_load_all(path.read_text(encoding="utf-8")) if d)


ROLES = {d["role"]: d for d in _documents("rights") if "role" in d}
LEDGERS = {d["ledger"]: d for d in _documents("ledgers") if "ledger" in d}


def expected(role: dict[str, Any], offices: tuple[str, ...], act: str, ledger: dict[str, Any], post: str, place: str) -> bool:
    """Read the YAML plainly: a right is held where its act is named and its selector picks the ledger, at the post and below."""
    return place.startswith(post) and any(_held(right, offices, act, ledger) for right in role["rights"])


def _held(right: dict[str, Any], offices: tuple[str, ...], act: str, ledger: dict[str, Any]) -> bool:
    chosen = right.get("ledgers", {})
    if act not in right["do"] or ("access" in chosen and ledger.get("access", "normal") not in chosen["access"]):
        return False
    if "names" in chosen and ledger["ledger"] not in chosen["names"]:
        return False
    named = chosen.get("offices")
    return named is None or ledger["office"] in named or ("own" in named and ledger["office"] in offices)


def test_the_matrix_covers_the_whole_pack() -> None:
    pack = load_pack()
    assert ROLES.keys() == pack.roles.keys()
    assert LEDGERS.keys() == pack.ledgers.keys()
    assert {role["posted"] for role in ROLES.values()} <= POSTS.keys()


@pytest.mark.parametrize("name", ROLES)
def test_the_sight_says_what_the_pack_says(name: str) -> None:
    role, pack, divisions = ROLES[name], load_pack(), demonstration_divisions()
    post = POSTS[role["posted"]]
    wrong = []
    for offices in OFFICES:
        sight = Sight(pack, divisions, "somebody", [Grant(name, post, offices)])
        for ledger, act in itertools.product(LEDGERS, ACTS):
            for place in PLACES:
                said = expected(role, offices, act, LEDGERS[ledger], post, place)
                if sight.may(act, ledger, place) is not said:
                    wrong.append((offices, act, ledger, place, said))
            anywhere = expected(role, offices, act, LEDGERS[ledger], post, post)
            if (ledger in {found.name for found in [pack.ledgers[ledger]] if sight.places(act, ledger)}) is not anywhere:
                wrong.append((offices, act, ledger, "anywhere", anywhere))
    assert not wrong


def test_a_merged_village_is_seen_from_its_successor() -> None:
    tree = demonstration_divisions()
    old, new = "990128105299", "990128105202"
    merged = DivisionTree([*tree, Division(old, "旧村", successor=new)], tree.town)
    sight = Sight(load_pack(), merged, "somebody", [Grant("village_clerk", new)])
    assert sight.may("read", "household", old)
    assert not Sight(load_pack(), merged, "somebody", [Grant("village_clerk", old)]).may("read", "household", new)


def test_several_roles_add_up_and_acts_narrow() -> None:
    pack, tree = load_pack(), demonstration_divisions()
    both = Sight(pack, tree, "somebody", [Grant("village_clerk", "990128105202"), Grant("reviewer", "990128105", ("民政办",))])
    one, other = Sight(pack, tree, "x", both.grants[:1]), Sight(pack, tree, "x", both.grants[1:])
    for ledger, act, place in itertools.product(LEDGERS, ACTS, PLACES):
        assert both.may(act, ledger, place) is (one.may(act, ledger, place) or other.may(act, ledger, place))
        assert both.narrowed(["read"]).may(act, ledger, place) is (act == "read" and both.may(act, ledger, place))


@dataclass
class Asker:
    """Somebody of a role, on the office's pages and with a token."""

    role: str
    offices: tuple[str, ...]
    pages: Any
    program: Caller

    def status(self, path: str) -> int:
        """Return the status of a page."""
        return int(self.pages.get(path).status_code)


def _sample(role: str, offices: tuple[str, ...]) -> list[str]:
    """Return ledgers such that each kind (who may read it, whether it is of one's own office) is there, a few of each."""
    kinds: dict[tuple[Any, ...], list[str]] = {}
    for name, ledger in LEDGERS.items():
        held = tuple(any(_held(right, offices, act, ledger) for right in ROLES[role]["rights"]) for act in ACTS)
        kinds.setdefault((ledger.get("access", "normal"), ledger["office"] in offices, held), []).append(name)
    return [name for names in kinds.values() for name in names[:2]]


@pytest.mark.parametrize("role", [name for name in ROLES if name != "interface"])
def test_pages_and_the_interface_answer_as_the_pack_says(sqlite_workspace: Workspace, role: str) -> None:
    offices = OFFICES[1] if role in ("station", "reviewer") else OFFICES[3] if role == "inspector" else ()
    post = POSTS[ROLES[role]["posted"]]
    account = hire(sqlite_workspace, role, Grant(role, post, offices))
    program = caller(sqlite_workspace, role, Grant(role, post, offices)) if role != "administrator" else None
    asker = signed_in(account)
    wrong = []
    for name in _sample(role, offices):
        may = {act: expected(ROLES[role], offices, act, LEDGERS[name], post, post) for act in ACTS}
        answers = {
            ("page", may["read"]): asker.get(f"/ledgers/{name}/").status_code,
            ("export", may["read"] and may["export"]): asker.get(f"/ledgers/{name}/export/?form=csv").status_code,
        }
        if program is not None:
            path = f"/api/v1/ledgers/{name}"
            answers["entries", may["read"]] = program.client.get(f"{path}/entries", headers=program.headers).status_code
            sent = program.client.post(f"{path}/changes", '{"changes": []}', content_type="application/json", headers=program.headers)
            assert sent.status_code == 422  # what is asked does not fit, for whomever
            sent = program.client.post(
                f"{path}/changes", '{"changes": [{"values": {}}]}', content_type="application/json", headers=program.headers
            )
            answers["changes", may["write"]] = 200 if sent.status_code == 422 else sent.status_code
        for (exit_, allowed), status in answers.items():
            if (status == 200) is not allowed or (not allowed and status not in (403, 404)):
                wrong.append((exit_, name, allowed, status))
    assert not wrong
