"""The only writer of kept answers and failed calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from taizhang.api.models import FailedCall, KeptAnswer
from taizhang.clock import now
from taizhang.errors import TaizhangError

KEPT_DAYS = 8  # how long the answer to a call is kept: a week, and a day to spare
SPAN_SECONDS = 15 * 60
MOST_FAILURES = 20  # wrong tokens from one address in that span


def do_note_failure(address: str) -> int:
    """Count a call with a token that does not hold; return how many seconds the address has to wait, 0 for none.

    Beyond the limit nothing is written any more, so that guessing costs the database nothing.
    """
    moment = now()
    since = moment - timedelta(seconds=SPAN_SECONDS)
    recent = list(FailedCall.objects.filter(address=address, at__gt=since).order_by("at").values_list("at", flat=True)[: MOST_FAILURES + 1])
    if len(recent) >= MOST_FAILURES:
        return max(1, SPAN_SECONDS - int((moment - recent[0]).total_seconds()))
    with transaction.atomic():
        FailedCall.objects.filter(at__lt=moment - timedelta(days=1)).delete()
        FailedCall.objects.create(address=address[:64], at=moment)
    return 0


def do_claim(person: str, key: str, asked: str) -> KeptAnswer | None:
    """Claim a key for a call, in the transaction that is open; None when it is new, else what was answered to it.

    Whoever brings the same key at the same time waits until the first one's transaction has ended: on SQLite for the writer's lock, on PostgreSQL for
    the row. Raises ``TaizhangError`` (``api.key_reused``) when the key belongs to another call.
    """
    moment = now()
    KeptAnswer.objects.filter(at__lt=moment - timedelta(days=KEPT_DAYS)).delete()
    made = KeptAnswer.objects.bulk_create([KeptAnswer(person=person, key=key, digest=asked, at=moment)], ignore_conflicts=True)
    found = KeptAnswer.objects.get(person=person, key=key)
    del made
    if found.digest != asked:
        raise TaizhangError("api.key_reused")
    return found if found.status else None


def do_keep(person: str, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Keep the answer to a call, in the same transaction as what the call did."""
    KeptAnswer.objects.filter(person=person, key=key).update(status=status, headers=json.dumps(dict(headers)), body=body)
