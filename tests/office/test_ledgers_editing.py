"""Edits: recorded together or not at all, three-way against what others did, never with masked values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.households import FORM, OTHER, fill, household, sight_of
from taizhang.access.editing import Edit, EditConflict, do_edit
from taizhang.access.pending import Pending
from taizhang.access.sight import Sight
from taizhang.errors import Refusal, TaizhangError
from taizhang.journal import read
from taizhang.journal.actions import do_accept, do_return
from taizhang.workspace import Workspace


def edit(workspace: Workspace, *edits: Edit, as_: Sight | None = None, **more: Any) -> Any:
    who = as_ or sight_of(workspace)
    return do_edit(workspace, who, workspace.pack.ledgers["household"], edits, FORM, **{"reason": "核对", **more})


def stands(entry: str) -> tuple[int, dict[str, str]]:
    found = read.standing("household", [entry])[entry]
    return found.seq, json.loads(found.data)


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[tuple[int | None, str | None, str]]:
    return [(f.row, f.field, f.code) for f in refused.value.faults]


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    fill(sqlite_workspace)
    return sqlite_workspace


def test_an_edit_waits_for_review_and_then_stands(town: Workspace) -> None:
    seq, before = stands("H1")
    done = edit(town, Edit({"members": "五", "contracted_area": "3.2"}, "H1", seq), Edit(household(9)))
    assert done.pending
    assert done.entries == ("H1", "H9")
    assert set(Pending.of(town).entries("household")) == {"H1", "H9"}
    assert stands("H1")[1] == before
    do_accept(done.submission, "reviewer")
    assert stands("H1")[1] == {**before, "members": "5", "contracted_area": "3.2"}
    assert not Pending.of(town).entries("household")
    version = read.history("household", "H1")[-1]
    assert json.loads(version.original or "{}") == {"members": "五"}, "only what was written now and says something else"
    assert read.submission(done.submission).note == "核对"


def test_what_waits_is_not_changed_again_until_it_is_decided(town: Workspace) -> None:
    seq, _ = stands("H1")
    done = edit(town, Edit({"members": "4"}, "H1", seq), Edit(household(9)))
    with pytest.raises(Refusal) as refused:
        edit(town, Edit({"members": "6"}, "H1", seq), Edit(household(9)))
    assert codes(refused) == [(1, None, "edit.waiting"), (2, "number", "edit.waiting")]
    do_return(done.submission, "reviewer", "人数不对")
    edit(town, Edit({"members": "6"}, "H1", seq))


def test_all_faults_are_told_by_row_and_field_and_nothing_is_recorded(town: Workspace) -> None:
    seq, _ = stands("H1")
    position, numbers = read.position(), len(read.submissions())
    with pytest.raises(Refusal) as refused:
        edit(
            town,
            Edit({"members": "-1", "kind": "单位户"}, "H1", seq),
            Edit(household(2)),
            Edit(household(9, OTHER)),
            Edit({**household(10), "colour": "红", "head_id": "123"}),
            Edit({"number": "H5"}, "H2", stands("H2")[0]),
            Edit({"members": "2"}, "H3", stands("H3")[0]),
        )
    told = codes(refused)
    assert {(1, "members", "number.too_small"), (1, "kind", "choice.unknown"), (2, "number", "edit.entry_exists")} <= set(told)
    assert {(3, "village", "edit.not_your_place"), (4, None, "row.unknown_field"), (4, "head_id", "id_number.length")} <= set(told)
    assert {(5, "number", "edit.key_changed"), (6, None, "access.entry_unknown")} <= set(told), "another village's entry is not there"
    assert (read.position(), len(read.submissions())) == (position, numbers)


def test_conflicts_are_told_by_cell_and_other_cells_are_merged(town: Workspace) -> None:
    seq, before = stands("H1")
    do_accept(edit(town, Edit({"members": "4"}, "H1", seq), as_=sight_of(town, "other")).submission, "reviewer")
    with pytest.raises(EditConflict) as conflict:
        edit(town, Edit({"members": "6", "houses": "2"}, "H1", seq))
    [one] = conflict.value.conflicts
    assert (one.index, one.field, one.yours, one.theirs, one.base, one.person) == (0, "members", "6", "4", before["members"], "other")
    do_accept(edit(town, Edit({"members": "4", "houses": "2"}, "H1", seq)).submission, "reviewer")
    assert stands("H1")[1] == {**before, "members": "4", "houses": "2"}, "the same value is no conflict"
    with pytest.raises(EditConflict):
        edit(town, Edit(entry="H1", base=seq, withdraw=True))


def test_a_masked_value_never_overwrites_the_real_one(town: Workspace) -> None:
    seq, before = stands("H1")
    who = sight_of(town)
    masked = who.shown("household", before)
    assert masked["head"] == "张*"
    assert edit(town, Edit(masked, "H1", seq)).submission is None, "all that is there says what stands"
    with pytest.raises(Refusal) as refused:
        edit(town, Edit({"head": "李*"}, "H1", seq), Edit({**household(9), "head": "张*"}))
    assert codes(refused) == [(1, "head", "edit.masked"), (2, "head", "edit.masked")]
    done = edit(town, Edit({**masked, "members": "5"}, "H1", seq))
    do_accept(done.submission, "reviewer")
    assert stands("H1")[1] == {**before, "members": "5"}


def test_changes_need_a_reason_and_warnings_a_confirmation(town: Workspace) -> None:
    seq, _ = stands("H1")
    with pytest.raises(TaizhangError) as missing:
        edit(town, Edit({"members": "4"}, "H1", seq), reason=" ")
    assert missing.value.fault.code == "edit.reason_missing"
    with pytest.raises(Refusal) as refused:
        edit(town, Edit({"members": "20"}, "H1", seq))
    assert refused.value.fault.code == "edit.unconfirmed"
    assert codes(refused) == [(1, "members", "row.check")]
    done = edit(town, Edit({"members": "20"}, "H1", seq), confirm=frozenset({"row.check"}))
    do_accept(done.submission, "reviewer")
    assert (read.history("household", "H1")[-1].confirmed or "").startswith("row.check:")
    edit(town, Edit(household(11)), reason="")


def test_withdrawal_goes_to_review_too(town: Workspace) -> None:
    seq, _ = stands("H1")
    done = edit(town, Edit(entry="H1", base=seq, withdraw=True), reason="重复登记")
    assert "H1" in read.standing("household", ["H1"])
    do_accept(done.submission, "reviewer")
    assert "H1" not in read.standing("household", ["H1"])


def test_nobody_edits_without_the_right(town: Workspace) -> None:
    leader = sight_of(town, "leader", "leader", "990128105")
    with pytest.raises(TaizhangError) as refused:
        edit(town, Edit({"members": "4"}, "H1", stands("H1")[0]), as_=leader)
    assert refused.value.fault.code == "access.refused"
