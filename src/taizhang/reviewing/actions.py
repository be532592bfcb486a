"""Deciding on a submission: reasons of rows until they are told, acceptance, return; taking one's own back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.journal import actions, reasons
from taizhang.journal.records import Submission
from taizhang.reviewing.content import changes, may_accept
from taizhang.reviewing.models import RowNote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taizhang.access.sight import Sight


def check(sight: Sight, submission: Submission) -> None:
    """Refuse who may not decide on a submission; raises ``TaizhangError`` (``access.refused``, ``journal.own_submission``)."""
    if submission.status == "pending" and not may_accept(sight, submission):
        from taizhang.pack.roles import ACTS

        raise TaizhangError("access.refused", act=ACTS["accept"], ledger="")
    if submission.person == sight.person:
        raise TaizhangError("journal.own_submission", number=submission.number, person=submission.person)


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


def do_retract(person: str, submission: Submission) -> Submission:
    """Take back what one has sent oneself and nobody has decided on.

    Raises ``TaizhangError`` (``edit.not_yours``) and what ``journal.actions.do_return`` raises.
    """
    if submission.person != person:
        raise TaizhangError("edit.not_yours", number=submission.number)
    return actions.do_return(submission.number, person, _("本人撤回"), own=True)
