"""Actions of the journal: what stands afterwards, what is refused, and that a refusal leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from taizhang.errors import TaizhangError
from taizhang.journal import JournalConflict, Source

FILE = Source("file", "稻谷补贴.xlsx", "ab" * 32)


def amounts(read, ledger="payment", **options):
    import json

    return {entry: json.loads(s.data)["amount"] for entry, s in read.standing(ledger, **options).items()}


def refused(code, call, *args, **options):
    with pytest.raises(TaizhangError) as caught:
        call(*args, **options)
    assert caught.value.fault.code == code
    assert str(caught.value) != code
    return caught.value


def test_record_correct_withdraw(workspace, make_change):
    from taizhang.journal import actions, read
    from taizhang.journal.verify import verify

    first = actions.do_record("王主任", FILE, [make_change("H1", "10", line=3), make_change("H2", "20", line=4)], note="一季度")
    assert (first.number, first.status, first.first_seq, first.last_seq, first.rows, first.ledgers) == (
        1,
        "accepted",
        1,
        2,
        2,
        ("payment",),
    )
    second = actions.do_record("王主任", FILE, [make_change("H1", "11", base=1), make_change("H2", base=2, op="withdraw")])
    assert amounts(read) == {"H1": "11"}
    assert amounts(read, at_position=2) == {"H1": "10", "H2": "20"}
    again = actions.do_record("王主任", FILE, [make_change("H2", "22")])
    assert amounts(read) == {"H1": "11", "H2": "22"}
    assert read.standing("payment", ["H2", "H9"]) == {"H2": (5, 3, '{"household":"H2","amount":"22","payee":"张三"}')}
    assert [(v.seq, v.version, v.op, v.replaces) for v in read.history("payment", "H2")] == [
        (2, 1, "record", None), (4, 2, "withdraw", 2), (5, 3, "record", 4),
    ]  # fmt: skip
    assert read.submission(1) == first
    assert [s.hash for s in read.submissions()] == [first.hash, second.hash, again.hash]
    assert read.head_hash() == again.hash
    assert read.position() == 5
    assert read.source_of(2) == (first, "Sheet1", 4)
    assert read.submissions(source_sha256=FILE.sha256, ledger="payment")[0].note == "一季度"
    assert verify() == []


def test_rows_since_a_position(workspace, make_change):
    from taizhang.journal import actions, read

    actions.do_record("王", FILE, [make_change(f"H{i}", i) for i in range(5)])
    actions.do_record("王", FILE, [make_change("D1", 7, ledger="death"), make_change("H0", 9, base=1)])
    assert [row[0] for row in read.versions_since(3)] == [4, 5, 6, 7]
    assert list(read.versions_since(5, "payment")) == [
        (7, "H0", 2, "record", 1, 2, "990128105201", "Sheet1", None, '{"household":"H0","amount":"9","payee":"张三"}', "payment")
    ]
    assert [row[10] for row in read.versions_since(4, upto=6)] == ["payment", "death"]


def test_pages_join_without_gap_or_repeat(workspace, make_change, monkeypatch):
    from taizhang.journal import actions, read

    actions.do_record("王", FILE, [make_change(f"H{i}", i, ledger="death" if i % 3 else "payment") for i in range(10)])
    for page in (1, 2, 5, 10, 11):
        monkeypatch.setattr(read, "PAGE", page)
        assert [row[0] for row in read.versions_since(0)] == list(range(1, 11))
        assert [row[0] for row in read.versions_since(0, "payment")] == [1, 4, 7, 10]


def test_conflict_names_entries_and_records_nothing(workspace, make_change):
    from taizhang.journal import actions, read

    actions.do_record("王", FILE, [make_change("H1", 1), make_change("H2", 1)])
    actions.do_record("李", FILE, [make_change("H1", 2, base=1)])
    for changes, entries in (
        ([make_change("H3", 1), make_change("H1", 5, base=1)], ("H1",)),  # corrected meanwhile
        ([make_change("H3", 1), make_change("H1", 5), make_change("H2", 5)], ("H1", "H2")),  # recorded meanwhile
        ([make_change("H3", 1, base=2)], ("H3",)),  # another entry's version
        ([make_change("H3", 1, base=99)], ("H3",)),
    ):
        error = refused("journal.conflict", actions.do_record, "王", FILE, changes)
        assert isinstance(error, JournalConflict)
        assert (error.ledger, error.entries) == ("payment", entries)
        assert entries[0] in str(error)
    assert read.position() == 3
    assert len(read.submissions()) == 2
    assert amounts(read) == {"H1": "2", "H2": "1"}


def test_nonsense_is_refused(workspace, make_change):
    from taizhang.journal import actions, read

    actions.do_record("王", FILE, [make_change("H1", 1)])
    refused("journal.empty", actions.do_record, "王", FILE, [])
    refused("journal.repeated_entry", actions.do_record, "王", FILE, [make_change("H2"), make_change("H2")])
    refused("journal.nothing_to_withdraw", actions.do_record, "王", FILE, [make_change("H2", op="withdraw")])
    refused("journal.no_submission", actions.do_accept, 7, "李")
    refused("journal.already_decided", actions.do_accept, 1, "李")
    refused("journal.no_submission", read.source_of, 9)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    refused("journal.bad_time", actions.do_record, "王", FILE, [make_change("H2")], at=tomorrow)
    assert read.position() == 1
    assert len(read.submissions()) == 1


def test_pending_then_accepted(workspace, make_change):
    from taizhang.journal import actions, models, read
    from taizhang.journal.verify import verify

    pending = actions.do_submit("王", FILE, [make_change("H1", 1), make_change("H2", 2)], note="请审")
    assert (pending.status, pending.number, pending.decision, pending.hash) == ("pending", 1, None, None)
    assert read.standing("payment") == {}
    assert verify() == []
    refused("journal.own_submission", actions.do_accept, 1, "王")
    recorded = actions.do_record("赵", FILE, [make_change("H9", 9)])
    assert recorded.number == 2
    accepted = actions.do_accept(1, "李")
    assert (accepted.status, accepted.decided_by, accepted.first_seq, accepted.last_seq, accepted.decision) == ("accepted", "李", 2, 3, 2)
    assert read.submission(1) == accepted
    assert amounts(read) == {"H1": "1", "H2": "2", "H9": "9"}
    assert not models.SubmissionPayload.objects.exists()
    refused("journal.already_decided", actions.do_accept, 1, "李")
    assert verify() == []


def test_pending_is_compared_again_when_accepted(workspace, make_change):
    from taizhang.journal import actions, read

    actions.do_submit("王", FILE, [make_change("H1", 1)])
    actions.do_record("赵", FILE, [make_change("H1", 5)])
    refused("journal.conflict", actions.do_submit, "王", FILE, [make_change("H1", 2)])
    refused("journal.conflict", actions.do_accept, 1, "李")
    assert read.submission(1).status == "pending"
    assert amounts(read) == {"H1": "5"}


def test_returned_with_a_reason(workspace, make_change):
    from taizhang.journal import actions, read
    from taizhang.journal.verify import verify

    actions.do_submit("王", FILE, [make_change("H1", 1)])
    refused("journal.reason_missing", actions.do_return, 1, "李", " ")
    refused("journal.own_submission", actions.do_return, 1, "王", "自己退")
    returned = actions.do_return(1, "李", "金额与花名册不符")
    assert (returned.status, returned.reason, returned.first_seq, returned.decision) == ("returned", "金额与花名册不符", None, 1)
    refused("journal.already_decided", actions.do_accept, 1, "李")
    assert read.position() == 0
    assert actions.do_record("王", FILE, [make_change("H1", 2)]).first_seq == 1
    assert verify() == []


def test_what_was_returned_is_kept_until_it_is_let_go(workspace, make_change):
    from taizhang.journal import actions, models
    from taizhang.journal.payload import unpack
    from taizhang.journal.verify import verify

    change = make_change("H1", 1)
    sealed = [actions.do_submit("王", FILE, [change]), actions.do_submit("王", FILE, [make_change("H2", 2)])]
    actions.do_return(1, "李", "金额与花名册不符")
    assert unpack(1, models.SubmissionPayload.objects.get(submission_id=1).content, sealed[0].payload_hash) == [change]
    actions.do_drop_returned(1)
    actions.do_drop_returned(2)  # it waits: nothing of it is touched
    assert list(models.SubmissionPayload.objects.values_list("submission_id", flat=True)) == [2]
    assert verify() == []


def test_alone_a_person_may_accept_their_own(workspace, make_change):
    from taizhang.journal import actions

    actions.do_submit("王", FILE, [make_change("H1", 1)])
    assert actions.do_accept(1, "王", own=True).status == "accepted"


def test_two_clocks(workspace, make_change):
    from taizhang.journal import actions, read

    days = [datetime(2020, month, 1, 8, 30, tzinfo=UTC) for month in (1, 3, 5)]
    for day, entry in zip(days, ("H1", "H2", "H3"), strict=True):
        actions.do_record("王", FILE, [make_change(entry, 1)], at=day)
    assert [read.position_at(day) for day in days] == [1, 2, 3]
    assert read.position_at(days[0] - timedelta(microseconds=1)) == 0
    assert read.position_at(days[2] - timedelta(microseconds=1)) == 2
    refused("journal.bad_time", actions.do_record, "王", FILE, [make_change("H4")], at=days[1])
    assert actions.do_record("王", FILE, [make_change("H4")], at=days[2]).last_seq == 4
    assert read.position_at(days[2]) == 4


def test_texts_come_back_as_they_went_in(workspace):
    from taizhang.journal import Change, actions, read
    from taizhang.journal.verify import verify

    hard = '{"name":"㐂𠮷\\n\\t|\\\\","note":"\\u0000 \' \\" % ? $1"}'
    change = Change("payment", "a\\|b|𠮷'\"%s?\t", "record", "990128105001", hard, '{"x":" 全角"}', '["id.check_digit"]', "表 1", 2**33)
    actions.do_submit("王", Source("form", "窗口'登记"), [change])
    actions.do_accept(1, "李")
    found = read.history("payment", change.entry)[0]
    assert (found.entry, found.data, found.original, found.confirmed, found.sheet, found.line) == (
        change.entry, hard, change.original, change.confirmed, change.sheet, change.line,
    )  # fmt: skip
    assert read.standing("payment", [change.entry])[change.entry].data == hard
    assert verify() == []


@pytest.mark.parametrize("sheet", ["表'1\\", "长" * 2000, "\x1f'; DROP TABLE entry_version; --"])
def test_what_many_rows_have_in_common_comes_back_as_it_went_in(workspace, sheet):
    from taizhang.journal import Change, actions, read
    from taizhang.journal.verify import verify

    hard = '{"note":"\' \\" % ? $1"}'
    changes = [Change("pay'ment", f"H{i}", "record", "", hard, None, "码'", sheet, 5) for i in range(120)]
    actions.do_record("王", FILE, changes)
    found = read.history("pay'ment", "H119")[0]
    assert (found.data, found.original, found.confirmed, found.sheet, found.line, found.division) == (hard, None, "码'", sheet, 5, "")
    assert verify() == []


def test_national_hash(new_workspace, make_change):
    import hashlib

    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("SM3 left out: this OpenSSL has none")
    new_workspace("sm3", "sm3")
    from taizhang.journal import actions
    from taizhang.journal.verify import verify

    assert actions.do_record("王", FILE, [make_change("H1")]).algorithm == "sm3"
    assert verify() == []
    from django.conf import settings

    settings.TAIZHANG_HASH = "sha256"
    assert actions.do_record("王", FILE, [make_change("H2")]).algorithm == "sha256"
    assert verify() == []
