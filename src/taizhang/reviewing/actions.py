"""Deciding on a submission: reasons of rows until they are told, acceptance, return; taking one's own back, mending it, sending it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from taizhang.access.editing import EditConflict, Edited, do_edit_together
from taizhang.access.sight import refusal
from taizhang.clock import now
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.i18n import _
from taizhang.journal import actions, models, reasons
from taizhang.journal.records import Source, Submission
from taizhang.reviewing.content import changes, may_accept
from taizhang.reviewing.correcting import Correction, edits
from taizhang.reviewing.models import RowCorrection, RowNote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    from taizhang.access.sight import Sight
    from taizhang.workspace import Workspace


def check(sight: Sight, submission: Submission) -> None:
    """Refuse who may not decide on a submission; raises ``TaizhangError`` (``access.refused``, ``journal.own_submission``)."""
    if submission.person == sight.person:
        raise TaizhangError("journal.own_submission", number=submission.number, person=submission.person)
    if not may_accept(sight, submission):
        raise refusal("accept")


def do_accept(sight: Sight, submission: Submission) -> Submission:
    """Accept a submission; raises what ``check`` and ``journal.actions.do_accept`` raise."""
    check(sight, submission)
    done = actions.do_accept(submission.number, sight.person)
    RowNote.objects.filter(submission=submission.number).delete()
    return done


def do_note(sight: Sight, submission: Submission, told: Mapping[int, str]) -> None:
    """Keep reasons of rows, by their place in the submission, until it is returned; an empty text takes one back."""
    check(sight, submission)
    count = len(changes(submission))
    with transaction.atomic():
        for index, text in told.items():
            if index >= count:
                continue
            if text.strip():
                RowNote.objects.update_or_create(
                    submission=submission.number, person=sight.person, row=index, defaults={"reason": text.strip()[:500]}
                )
            else:
                RowNote.objects.filter(submission=submission.number, person=sight.person, row=index).delete()


def notes(sight: Sight, submission: Submission) -> dict[int, str]:
    """Return the reasons that somebody has kept, by row."""
    return dict(RowNote.objects.filter(submission=submission.number, person=sight.person).values_list("row", "reason"))


def do_return(sight: Sight, submission: Submission, general: str) -> Submission:
    """Return a submission with a reason for all of it and the reasons of rows that were kept.

    Raises what ``check`` and ``journal.actions.do_return`` raise (``journal.reason_missing``).
    """
    check(sight, submission)
    wanted, kept = changes(submission), notes(sight, submission)
    rows = [reasons.RowReason(wanted[i].ledger, wanted[i].entry, text, wanted[i].sheet, wanted[i].line) for i, text in sorted(kept.items())]
    done = actions.do_return(submission.number, sight.person, reasons.written(general, rows))
    RowNote.objects.filter(submission=submission.number).delete()
    return done


def do_retract(sight: Sight, submission: Submission) -> Submission:
    """Take back what one has sent oneself and nobody has decided on.

    Raises ``TaizhangError`` (``edit.not_yours``; ``access.refused`` for a token that is not for writing) and what ``journal.actions.do_return`` raises.
    """
    if submission.person != sight.person:
        raise TaizhangError("edit.not_yours", number=submission.number)
    if sight.acts is not None and "write" not in sight.acts:
        raise refusal("write")
    return actions.do_return(submission.number, sight.person, _("本人撤回"), own=True)


def do_correct(submission: Submission, mended: Mapping[int, Correction]) -> None:
    """Keep how rows of a returned submission are mended, until it is sent again; what says what was sent takes a correction back.

    Raises ``TaizhangError`` (``review.row_unknown``).
    """
    with transaction.atomic():
        for index, one in mended.items():
            if index >= submission.rows:
                raise TaizhangError("review.row_unknown", number=submission.number, row=index + 1)
            if one.values or one.left_out:
                told = {"values": dict(one.values), "left_out": one.left_out}
                RowCorrection.objects.update_or_create(submission=submission.number, row=index, defaults=told)
            else:
                RowCorrection.objects.filter(submission=submission.number, row=index).delete()


def do_send_again(
    workspace: Workspace,
    sight: Sight,
    submission: Submission,
    *,
    reason: str,
    confirm: Collection[str] = (),
    seen: Mapping[int, int] | None = None,
    mended: Mapping[int, Correction] | None = None,
) -> Edited:
    """Send a returned submission in again as it was mended, before and now, and let the returned one go.

    Raises what ``do_correct`` and ``access.editing.do_edit`` raise, with places by the returned submission's rows; then nothing was sent or kept.
    """
    source, rows = Source("form", _("改正第{number}号报送").format(number=submission.number)), list[int]()
    try:
        with transaction.atomic():
            do_correct(submission, mended or {})
            wanted = edits(sight, submission, seen or {})
            rows = list(wanted)
            done = do_edit_together(workspace, sight, list(wanted.values()), source, reason=reason, confirm=frozenset(confirm))
            if done.submission is not None:
                do_let_go(submission)
    except EditConflict as conflict:
        told = [replace(one, index=rows[one.index]) for one in conflict.conflicts]
        raise EditConflict(told, _placed(conflict.faults, rows), {}) from conflict
    except Refusal as refused:
        raise Refusal(_placed(refused.faults, rows), refused.fault.code) from refused
    return done


def _placed(faults: list[Fault], rows: list[int]) -> list[Fault]:
    return [fault.at(row=rows[(fault.row or 1) - 1] + 1) for fault in faults]


def do_let_go(submission: Submission) -> None:
    """Let the rows of a returned submission go, with what was mended of them; the reasons stay."""
    with transaction.atomic():
        RowCorrection.objects.filter(submission=submission.number).delete()
        actions.do_drop_returned(submission.number)


def do_forget(age: timedelta) -> None:
    """Let go what was returned longer ago than that, and nobody has sent again."""
    old = models.SubmissionPayload.objects.filter(submission__status="returned", submission__decided_at__lt=now() - age)
    for number in old.values_list("submission_id", flat=True):
        RowCorrection.objects.filter(submission=number).delete()
        actions.do_drop_returned(number)
