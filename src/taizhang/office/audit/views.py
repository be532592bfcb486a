"""Pages of audits; everybody sees their own drafts only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.access.actions import do_record_read
from taizhang.access.sight import Sight
from taizhang.audit import jobs
from taizhang.audit.drafts import do_choose, do_forget, do_keep_draft, draft_of, drafts_of, lexicon_of, links_of
from taizhang.audit.links_file import Choice
from taizhang.audit.telling import ANSWER_WORDS
from taizhang.clock import now, today
from taizhang.errors import TaizhangError
from taizhang.http.uploads import DOCUMENTS, received
from taizhang.i18n import _, language
from taizhang.jobs.actions import do_start
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs

_NONE = "-"


@needs("audit")
def audit(request: OfficeRequest) -> HttpResponse:
    """List one's drafts and take a new one; it is read at once, so that what cannot be read is refused here."""
    if request.method == "POST":
        return _take(request)
    asked = Asked.of(request)
    found = drafts_of(request.workspace, request.user.username)
    if asked.get("q"):
        found = [draft for draft in found if asked.get("q") in draft.name]
    found = asked.in_order(found, {"name": lambda d: d.name, "at": lambda d: d.at})
    told = {"asked": asked, "drafts": asked.cut(found), "total": len(found), "kinds": ",".join(DOCUMENTS)}
    return page(request, "office/audit/audits.html", told)


def _take(request: OfficeRequest) -> HttpResponse:
    year = request.POST.get("year", "").strip()
    told = int(year) if year.isdecimal() and year.isascii() and len(year) == 4 else None
    with received(request, "draft", DOCUMENTS) as upload:
        if request.FILES.get("previous"):
            with received(request, "previous", DOCUMENTS) as before:
                kept = do_keep_draft(request.workspace, upload.path, request.user.username, now(), year=told, previous=before.path)
        else:
            kept = do_keep_draft(request.workspace, upload.path, request.user.username, now(), year=told)
    return _begin(request, kept.id, kept.name)


def _begin(request: OfficeRequest, draft: str, name: str) -> HttpResponse:
    started = do_start(jobs.KIND, request.sight, about=name, draft=draft)
    return HttpResponseRedirect(reverse("job", args=[started.id]))


@needs("audit")
def draft(request: OfficeRequest, draft: str) -> HttpResponse:
    """Show a draft with its figures marked, findings beside it, and all figures in a table."""
    kept = draft_of(request.workspace, request.user.username, draft)
    found, asked = kept.found, Asked.of(request, 500)
    figures = list(enumerate(found["figures"])) if found else []
    if asked.get("answer"):
        figures = [(n, f) for n, f in figures if f["answer"] == asked.get("answer")]
    figures = asked.in_order(figures, {"measure": lambda f: f[1]["measure"], "answer": lambda f: f[1]["answer"]})
    told = {
        "asked": asked,
        "kept": kept,
        "found": found,
        "markup": (found or {}).get(language(), {}),
        "figures": figures,
        "answers": [(key, _(words)) for key, words in ANSWER_WORDS.items()],
        "words": {key: _(words) for key, words in ANSWER_WORDS.items()},
    }
    return page(request, "office/audit/draft.html", told)


@needs("audit")
def choose(request: OfficeRequest, draft: str, number: int) -> HttpResponse:
    """Show the candidates of one figure, and keep the choice that is made: an indicator, or that no ledger has it."""
    kept = draft_of(request.workspace, request.user.username, draft)
    figures = (kept.found or {}).get("figures", [])
    if number >= len(figures):
        raise TaizhangError("audit.draft_unknown")
    figure = figures[number]
    if request.method == "POST":
        indicator = _chosen(request)
        on = today().isoformat()
        do_choose(request.workspace, Choice(figure["measure"], figure["unit"], figure["section"], indicator, request.user.username, on))
        messages.success(request, _("已记下，重新审核后生效。"))
        return HttpResponseRedirect(reverse("audit-draft", args=[draft]) + f"#f{number}")
    standing = links_of(request.workspace, lexicon_of(request.workspace)).find(figure["measure"], figure["unit"], figure["section"])
    told = {
        "kept": kept,
        "number": number,
        "figure": figure,
        "standing": standing,
        "none": _NONE,
        "title_of": lambda name: _title(request.sight, name),
        "indicators": [(i.name, f"{i.title}（{i.unit}）") for i in request.sight.pack.indicators.values()],
    }
    return page(request, "office/audit/choose.html", told)


def _title(sight: Sight, name: str | None) -> str:
    found = sight.pack.indicators.get(name or "")
    return found.title if found else ""


def _chosen(request: OfficeRequest) -> str | None:
    """Return the indicator that a form names; None for none. Raises ``TaizhangError`` (``audit.indicator_unknown``)."""
    told = request.POST.get("other", "").strip() or request.POST.get("indicator", "")
    if told == _NONE:
        return None
    indicators = request.sight.pack.indicators
    if told in indicators:
        return told
    found: list[Any] = [i.name for i in indicators.values() if told in (i.title, f"{i.title}（{i.unit}）")]
    if len(found) != 1:
        raise TaizhangError("audit.indicator_unknown", value=told)
    return str(found[0])


@needs("audit")
@require_POST
def again(request: OfficeRequest, draft: str) -> HttpResponse:
    """Audit a draft again, with the choices made since and the present rows."""
    kept = draft_of(request.workspace, request.user.username, draft)
    return _begin(request, kept.id, kept.name)


@needs("audit")
@require_POST
def forget(request: OfficeRequest, draft: str) -> HttpResponse:
    """Remove a draft with all that was found in it."""
    do_forget(draft_of(request.workspace, request.user.username, draft))
    messages.success(request, _("已删除。"))
    return HttpResponseRedirect(reverse("audit"))


@needs("audit")
def commented(request: OfficeRequest, draft: str) -> HttpResponseBase:
    """Hand out the draft with the findings as comments."""
    kept = draft_of(request.workspace, request.user.username, draft)
    path = kept.commented
    if path is None:
        raise TaizhangError("audit.draft_unknown")
    do_record_read(request.user.username, "export", what=kept.name, address=request.address)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{kept.source.stem}" + _("（批注）") + kept.source.suffix)
