"""Who may do what with which ledger where: what the pack's YAML says when read plainly, what the sight says, and what the office answers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from support.calls import caller
from support.rights import ACTS, LEDGERS, POSTS, ROLES, expected, held
from support.staff import hire, signed_in
from taizhang.access.sight import Grant, Sight
from taizhang.pack import load_pack
from taizhang.pack.divisions import Division, DivisionTree
from taizhang.pack.loader import demonstration_divisions
from taizhang.workspace import Workspace

OFFICES: tuple[tuple[str, ...], ...] = ((), ("农业综合服务中心",), ("民政办", "社会事务办"), ("纪委",))
PLACES = ("990128105202", "99012810520203", "990128105203", "990128105", "990128", "990128106201", "")


def test_the_matrix_covers_the_whole_pack() -> None:
    pack = load_pack()
    assert ROLES.keys() == pack.roles.keys()
    assert LEDGERS.keys() == pack.ledgers.keys()
    assert {role["posted"] for role in ROLES.values()} <= POSTS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", ROLES)
def test_the_sight_says_what_the_pack_says(name: str) -> None:
    pack, divisions = load_pack(), demonstration_divisions()
    post = POSTS[ROLES[name]["posted"]]
    wrong = []
    for offices in OFFICES:
        sight = Sight(pack, divisions, "somebody", [Grant(name, post, offices)])
        for ledger, act in itertools.product(LEDGERS, ACTS):
            for place in PLACES:
                said = expected(name, offices, act, ledger, post, place)
                if sight.may(act, ledger, place) is not said:
                    wrong.append((offices, act, ledger, place, said))
            anywhere = expected(name, offices, act, ledger, post, post)
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
        assert both.narrowed(["read"], 1).may(act, ledger, place) is (act == "read" and both.may(act, ledger, place))


def _sample(role: str, offices: tuple[str, ...]) -> list[str]:
    """Return ledgers such that each kind (who may read it, whether it is of one's own office) is there, a few of each."""
    kinds: dict[tuple[Any, ...], list[str]] = {}
    for name, ledger in LEDGERS.items():
        may = tuple(held(role, offices, act, name) for act in ACTS)
        kinds.setdefault((ledger.get("access", "normal"), ledger["office"] in offices, may), []).append(name)
    return [name for names in kinds.values() for name in names[:2]]


@pytest.mark.slow
@pytest.mark.parametrize("role", [name for name in ROLES if name != "interface"])
def test_pages_and_the_interface_answer_as_the_pack_says(sqlite_workspace: Workspace, role: str) -> None:
    offices = OFFICES[1] if role in ("station", "reviewer") else OFFICES[3] if role == "inspector" else ()
    post = POSTS[ROLES[role]["posted"]]
    account = hire(sqlite_workspace, role, Grant(role, post, offices))
    program = caller(sqlite_workspace, role, Grant(role, post, offices)) if role != "administrator" else None
    asker = signed_in(account)
    wrong = []
    for name in _sample(role, offices):
        may = {act: held(role, offices, act, name) for act in ACTS}
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
