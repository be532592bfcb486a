"""What happens around every operation: who calls, the type of the content, calls that come twice, the record of reads."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from taizhang.access.actions import do_record_read
from taizhang.api.actions import do_claim, do_keep
from taizhang.api.callers import ApiRequest, recognise
from taizhang.errors import TaizhangError
from taizhang.http import problems

KEY = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "Location")
Run = Callable[..., HttpResponseBase]


def around(run: Run) -> Run:
    """Wrap an operation."""

    @functools.wraps(run)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with closing(request):  # its uploads, taken or refused
            answer = _answered(run, request, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    return wrapped


def _answered(run: Run, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Recognise the caller, carry the operation out, tell what fails."""
    asked = cast(ApiRequest, request)
    asked.told_ledger, asked.told_rows = "", 0
    try:
        recognise(request)
        if request.method in ("GET", "HEAD"):
            answer = run(request, *args, **kwargs)
        else:
            _check_content(request)
            answer = _changed(asked, functools.partial(run, request, *args, **kwargs))
    except TaizhangError as error:
        return problems.answer(error)
    except RequestDataTooBig:
        return problems.answer(TaizhangError("api.too_large", limit="5 MB"))
    except (MultiPartParserError, SuspiciousOperation):
        return problems.answer(TaizhangError("api.malformed"))
    if answer.status_code < 400:
        _record(asked)
    return answer


def _check_content(request: HttpRequest) -> None:
    """Refuse content of a type that nothing here reads, and none where the framework would fall over it."""
    given = request.content_type or ""
    if given in ("application/json", "multipart/form-data"):
        if given == "multipart/form-data":
            request.FILES  # noqa: B018 - reads it, so that what is broken is told here
        return
    if given and request.META.get("CONTENT_LENGTH") not in (None, "", "0"):
        raise TaizhangError("api.media_type", given=given, wanted="application/json, multipart/form-data")


def _changed(request: ApiRequest, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Carry out a change, once for each key: what it does, the key and the answer are one transaction."""
    key = request.headers.get(KEY)
    if key is None:
        return run()
    if not (1 <= len(key) <= 255 and key.isprintable() and key.strip()):
        raise TaizhangError("api.key_unfit")
    person = request.caller.account.username
    with transaction.atomic():
        kept = do_claim(person, key, _digest(request))
        if kept is not None:
            again = HttpResponse(bytes(kept.body), status=kept.status, headers=json.loads(kept.headers))
            again["Idempotency-Replayed"] = "true"
            return again
        answer = run()
        if answer.status_code >= 400:
            transaction.set_rollback(True)
        else:
            headers = {name: answer[name] for name in _KEPT_HEADERS if name in answer}
            do_keep(person, key, answer.status_code, headers, cast(HttpResponse, answer).content)
    return answer


def _digest(request: ApiRequest) -> str:
    """Return the SHA-256 of what is asked: method, address, content, and by what narrowing: what a wider token was told is not told again."""
    acts = request.sight.acts
    asked = f"{request.method} {request.get_full_path()} {'' if acts is None else sorted(acts)}\n"
    made = hashlib.sha256(asked.encode())
    if request.content_type == "multipart/form-data":  # the boundary differs each time
        for name, values in sorted([*request.POST.lists(), *request.FILES.lists()], key=lambda pair: pair[0]):
            for value in cast(list[Any], values):
                made.update(f"\n{name}=".encode())
                for chunk in [value.encode()] if isinstance(value, str) else value.chunks():
                    made.update(chunk)
                if not isinstance(value, str):
                    value.seek(0)
    else:
        made.update(request.body)
    return made.hexdigest()


def _record(request: ApiRequest) -> None:
    """Record what a token did, and rows that anybody read."""
    if request.caller.token is None and not request.told_rows:
        return
    what = f"{request.method} {request.get_full_path()}"
    do_record_read(
        request.caller.account.username,
        "interface",
        ledger=request.told_ledger,
        what=what if len(what) <= 500 else what[:500] + "…",
        rows=request.told_rows,
        address=request.address,
    )


def told(request: ApiRequest, ledger: str, rows: int) -> None:
    """Say for the record of reads whose rows are answered, and how many."""
    request.told_ledger = request.told_ledger or ledger
    request.told_rows += rows
