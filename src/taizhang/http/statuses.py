"""HTTP statuses of failures."""

from __future__ import annotations

from collections.abc import Mapping

from taizhang.errors import Refusal, TaizhangError

_STATUS: Mapping[str, int] = {
    "access.refused": 403,
    "access.sign_in_unfinished": 403,
    "ledger.not_by_people": 403,
    "jobs.rights_changed": 403,
    "office.upload_too_large": 413,
    "office.upload_kind": 415,
    "journal.conflict": 409,
    "comparison.finding_unknown": 404,
    "comparison.case_unknown": 404,
    "comparison.result_unknown": 400,
}
_MISSING = ("_unknown", "unknown_ledger", "no_submission", "not_found")


def status_of(error: TaizhangError) -> int:
    """Return the status of a failure that a page tells."""
    code = error.fault.code
    if code in _STATUS:
        return _STATUS[code]
    if code.endswith(_MISSING):
        return 404
    return 422 if isinstance(error, Refusal) else 400


_OF_CALLS: Mapping[str, int] = {
    "api.unauthenticated": 401,
    "api.token_invalid": 401,
    "access.sign_in_needed": 401,
    "api.no_interface": 403,
    "api.forged": 403,
    "journal.own_submission": 403,
    "comparison.not_the_handler": 403,
    "comparison.handler_concerned": 403,
    "comparison.handler_related": 403,
    "comparison.handler_keyed": 403,
    "comparison.appeal_same_person": 403,
    "api.unknown_address": 404,
    "api.token_unknown": 404,
    "api.file_not_found": 404,
    "access.entry_unknown": 404,
    "api.wrong_method": 405,
    "journal.already_decided": 409,
    "edit.not_yours": 403,
    "edit.conflict": 409,
    "jobs.already_ended": 409,
    "comparison.finding_settled": 409,
    "comparison.case_decided": 409,
    "comparison.case_undecided": 409,
    "comparison.case_unverified": 409,
    "comparison.case_handed_over": 409,
    "api.too_large": 413,
    "api.media_type": 415,
    "api.malformed": 400,
    "comparison.result_unknown": 422,
    "api.too_many_failures": 429,
    "pack.refused": 503,  # the workspace's own definitions are being written, or wrong: no caller can help it
    "journal.busy": 503,
    "journal.disk_full": 503,
    "journal.unreachable": 503,
    "warehouse.busy": 503,
    "workspace.disk_full": 503,
}


def status_of_call(error: TaizhangError) -> int:
    """Return the status of a failure that a program is told; what does not fit the ledgers is 422."""
    code = error.fault.code
    if code in _OF_CALLS:
        return _OF_CALLS[code]
    status = status_of(error)
    return 422 if status == 400 else status
