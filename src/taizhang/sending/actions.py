"""The only writer of drafts and remembered headings: a workbook is taken, read and compared, corrected, sent in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from taizhang.access.editing import goes_to_review
from taizhang.clock import now
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.intake.checking import BLOCKING
from taizhang.intake.importing import ImportRefused, ImportResult, import_file
from taizhang.jobs.running import plain
from taizhang.sending import preview
from taizhang.sending.drafts import file_of, folder_of, marked_name, told_of, within
from taizhang.sending.models import CHECKING, DROPPED, READY, REFUSED, SENDING, SENT, Draft, Heading

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.http.uploads import Upload
    from taizhang.jobs.models import Job
    from taizhang.workspace import Workspace

Tell = Callable[[str, float], None]


def do_begin(workspace: Workspace, person: str, take: Callable[[Path], Upload]) -> Draft:
    """Keep an uploaded file as a new draft; ``take`` puts it into a folder that only the server's own user may look into."""
    draft = Draft.objects.create(person=person, name="", size=0, state=DROPPED, created_at=now(), changed_at=now())
    folder = folder_of(workspace, draft)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    try:
        upload = take(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        draft.delete()
        raise
    draft.name, draft.size, draft.state = upload.name, upload.size, CHECKING
    draft.save()
    return draft


def do_forget(workspace: Workspace, age: timedelta) -> None:
    """Take away the files of what nobody has gone on with for a while."""
    for draft in Draft.objects.filter(changed_at__lt=now() - age).exclude(state__in=(DROPPED, SENDING)):
        shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)
        if draft.state != SENT:
            _state(draft, DROPPED)


def do_drop(workspace: Workspace, draft: Draft) -> None:
    """Forget a draft with its file; what was sent in stays."""
    if Draft.objects.filter(id=draft.id).exclude(state__in=(SENT, SENDING)).update(state=DROPPED, changed_at=now()):
        shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)


def do_say(draft: Draft, sheets: Mapping[str, str | None], headings: Mapping[str, Mapping[str, str | None]]) -> None:
    """Take a person's corrections for this file, and remember what headings mean for the next one."""
    with transaction.atomic():
        draft.sheets = {**draft.sheets, **sheets}
        draft.headings = {**draft.headings, **{ledger: {**draft.headings.get(ledger, {}), **said} for ledger, said in headings.items()}}
        draft.save(update_fields=["sheets", "headings"])
        for ledger, said in headings.items():
            for heading, name in said.items():
                Heading.objects.update_or_create(
                    person=draft.person, ledger=ledger, heading=heading, defaults={"field": name or "", "said_at": now()}
                )


def do_check(workspace: Workspace, sight: Sight, draft: Draft, tell: Tell) -> None:
    """Read the file, compare it with what stands and keep what was found out; nothing is recorded."""
    _state(draft, CHECKING)
    try:
        result = import_file(
            workspace, file_of(workspace, draft), person=draft.person, confirm=True, dry_run=True, told=told_of(draft, workspace.pack), within=within(sight),
            progress=tell,
        )  # fmt: skip
    except Refusal as refusal:
        fault = refusal.faults[0] if refusal.faults else refusal.fault
        _state(draft, REFUSED, fault=plain(fault), summary={})
        return
    preview.write(folder_of(workspace, draft), result)
    (folder_of(workspace, draft) / marked_name(draft)).unlink(missing_ok=True)
    _state(draft, READY, summary=_summary(workspace, result), fault=None)


def do_check_later(draft: Draft, sight: Sight) -> Job:
    """Have a long file read in the background, and return the job."""
    return _do_start("import-check", draft, sight, CHECKING)


def _do_start(kind: str, draft: Draft, sight: Sight, state: str, **asked: Any) -> Job:
    from taizhang.jobs.actions import do_start
    from taizhang.sending import jobs  # noqa: F401 - it registers the kinds

    with transaction.atomic():
        job = do_start(kind, sight, about=draft.name, draft=draft.id, **asked)
        Draft.objects.filter(id=draft.id).update(state=state, job=job.id)
    return job


def _summary(workspace: Workspace, result: ImportResult) -> dict[str, Any]:
    counts = ("ledger", "title", "sheets", "new", "changed", "unchanged", "missing", "refused")
    ledgers = [{name: getattr(found, name) for name in counts} for found in result.ledgers]
    reviewed = [goes_to_review(workspace.pack.ledgers[found.ledger]) for found in result.ledgers]
    return {
        "ledgers": ledgers,
        "sheets": [one.as_dict() for one in result.outlines],
        "passed": [{"sheet": p.sheet, "reason": p.reason} for p in result.passed],
        "skipped": len(result.skipped),
        "errors": sum(f.severity == "error" for f in result.faults),
        "warnings": sum(f.severity == "warning" for f in result.faults),
        "blocked": any(f.code in BLOCKING for f in result.faults) or not result.ledgers,
        "changes": result.total("new") + result.total("changed"),
        "review": any(reviewed) or not reviewed,
    }


def do_send(
    workspace: Workspace, sight: Sight, draft: Draft, *, partial: bool, confirmed: Collection[str], withdraw: bool, note: str, tell: Tell
) -> ImportResult:
    """Send a draft in as one submission, to a reviewer where a ledger asks for that; the same content again changes nothing.

    What was shown is checked again, since others may have written meanwhile. Raises ``Refusal`` with all faults, ``TaizhangError``
    (``office.already_waiting`` when the same file waits for review already).
    """
    path = file_of(workspace, draft)
    review = bool(draft.summary.get("review", True))
    if waiting := _waiting(draft, path):
        raise TaizhangError("office.already_waiting", number=waiting)
    _state(draft, SENDING)
    try:
        result = import_file(
            workspace, path, person=draft.person, partial=partial, confirm=frozenset(confirmed), withdraw_missing=withdraw, review=review,
            told=told_of(draft, workspace.pack), within=within(sight), note=note, progress=tell,
        )  # fmt: skip
    except ImportRefused as refused:
        do_check(workspace, sight, draft, lambda stage, share: None)  # shown again as it is now
        code = "office.import_refused" if any(f.severity == "error" for f in refused.faults) else "office.import_unconfirmed"
        raise Refusal(refused.faults, code) from refused
    except BaseException:
        _state(draft, READY)
        raise
    _state(draft, SENT if result.submission else READY, submission=result.submission)
    if result.submission and not draft.summary.get("errors"):
        shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)  # the file itself is among the originals
    return result


def do_send_later(draft: Draft, sight: Sight, *, partial: bool, confirmed: Collection[str], withdraw: bool, note: str) -> Job:
    """Have a long file sent in in the background, and return the job."""
    return _do_start("import-send", draft, sight, SENDING, partial=partial, confirmed=list(confirmed), withdraw=withdraw, note=note)


def do_settle(workspace: Workspace, draft: Draft) -> None:
    """Find out how a draft stands whose work was broken off: sent when its submission is there, else to be looked at again."""
    from taizhang.journal.models import Submission

    sent = None
    if draft.state == SENDING and file_of(workspace, draft).is_file():
        later = Submission.objects.filter(
            person=draft.person, source_sha256=_digest(file_of(workspace, draft)), created_at__gte=draft.changed_at
        )
        sent = later.values_list("number", flat=True).first()
    if sent:
        _state(draft, SENT, submission=sent)
    else:
        _state(draft, READY if draft.summary else REFUSED, fault=None if draft.summary else plain(Fault("jobs.interrupted")))


def _digest(path: Path) -> str:
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _waiting(draft: Draft, path: Path) -> int | None:
    """Return the number of a submission of the same file by the same person that nobody has decided on."""
    from taizhang.journal.models import Submission

    found = Submission.objects.filter(status="pending", person=draft.person, source_sha256=_digest(path))
    return found.values_list("number", flat=True).first()


def do_mark(workspace: Workspace, draft: Draft) -> Path:
    """Write the copy of the file in which its faults are marked, once, and return it; raises ``TaizhangError`` (``office.not_found``)."""
    from taizhang.intake.marking import write_marked_copy

    target = folder_of(workspace, draft) / marked_name(draft)
    if not target.is_file():
        found = preview.faults(folder_of(workspace, draft))[0] if draft.state != REFUSED else []
        if not found or write_marked_copy(file_of(workspace, draft), found, target) is None:
            raise TaizhangError("office.not_found", what=target.name)
    return target


def _state(draft: Draft, state: str, **more: Any) -> None:
    draft.state, draft.changed_at = state, now()
    for name, value in more.items():
        setattr(draft, name, value)
    draft.save(update_fields=["state", "changed_at", *more])
