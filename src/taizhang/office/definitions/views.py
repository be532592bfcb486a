"""The pages of definitions, for who may define."""

from __future__ import annotations

import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.defining import actions, drafts
from taizhang.defining.models import LedgerDraft
from taizhang.errors import Refusal, TaizhangError
from taizhang.http.uploads import WORKBOOKS, kept
from taizhang.i18n import _
from taizhang.office.definitions.forms import corrected
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.pack.definitions import Ledger, Pack
from taizhang.pack.fieldtypes import FIELD_TYPES
from taizhang.pack.local import own_ledgers, own_text


@needs("define")
def definitions(request: OfficeRequest) -> HttpResponse:
    """List all ledgers, those of the workspace first, and take a workbook for a new one."""
    asked, pack = Asked.of(request), request.workspace.pack
    own = own_ledgers(request.workspace.path("pack"))
    found = [x for x in pack.ledgers.values() if _wanted(x, asked, own)]
    found = asked.in_order(
        sorted(found, key=lambda x: x.name not in own),
        {"title": lambda x: x.title, "office": lambda x: x.office, "fields": lambda x: len(x.fields), "name": lambda x: x.name},
    )
    begun = LedgerDraft.objects.filter(person=request.user.username, saved_at=None).order_by("-id")[:10]
    offices = sorted({x.office for x in pack.ledgers.values()})
    values = {
        "asked": asked,
        "ledgers": asked.cut(found),
        "total": len(found),
        "own": own,
        "begun": begun,
        "offices": offices,
        "accept": ",".join(WORKBOOKS),
    }
    return page(request, "office/definitions/definitions.html", values)


def _wanted(ledger: Ledger, asked: Asked, own: list[str]) -> bool:
    text, office, origin = asked.get("q"), asked.get("office"), asked.get("origin")
    return (
        (not text or text in ledger.title or text in ledger.name)
        and (not office or ledger.office == office)
        and (not origin or (ledger.name in own) == (origin == "own"))
    )


@needs("define")
@require_POST
def new(request: OfficeRequest) -> HttpResponse:
    """Propose a ledger from an uploaded workbook."""
    found = actions.do_begin(request.workspace, request.user.username, lambda folder: kept(request, "file", folder, WORKBOOKS))
    return HttpResponseRedirect(reverse("definition-draft", args=[found.id]))


@needs("define")
def draft(request: OfficeRequest, number: int) -> HttpResponse:
    """Show a definition in the making with its checks and examples; with POST take corrections, or save it."""
    if name := drafts.saved_as(number, request.user.username):
        return HttpResponseRedirect(reverse("definition", args=[name]))
    found = drafts.own(number, request.user.username)
    if request.method == "POST":
        answer = _corrected(request, found)
        if answer is not None:
            return answer
    checked = drafts.check(request.workspace, found)
    pack = request.workspace.pack
    values: dict[str, Any] = {
        "draft": found, "checked": checked, "data": checked.data or {}, "about": found.about, "types": FIELD_TYPES, "offices": sorted(_systems(pack)),
        "ledgers": [x for x in pack.ledgers.values() if len(x.key) == 1],
    }  # fmt: skip
    return page(request, "office/definitions/draft.html", values)


def _corrected(request: OfficeRequest, found: LedgerDraft) -> HttpResponse | None:
    act, here = request.POST.get("act", ""), reverse("definition-draft", args=[found.id])
    if act == "sheet":
        actions.do_propose(request.workspace, found, request.POST.get("sheet", ""))
        return HttpResponseRedirect(here)
    if act == "text":
        actions.do_write(found, request.POST.get("text", "").replace("\r\n", "\n")[:200_000])
        return HttpResponseRedirect(here)
    data = drafts.check(request.workspace, found).data
    if data is not None and "fields" in data and act in ("check", "save"):
        corrections = corrected(data, request.POST, _systems(request.workspace.pack))
        actions.do_rewrite(request.workspace, found, corrections, examples=request.POST.get("examples") == "1")
    if act != "save":
        return HttpResponseRedirect(here)
    try:
        ledger = actions.do_save(request.workspace, found)
    except Refusal:
        messages.error(request, _("还有问题，没有保存；改正后再保存。"))
        return HttpResponseRedirect(here)
    messages.success(request, _("台账“{title}”已保存，现在就可以填报、导入、导出和用接口读取。").format(title=ledger.title))
    return HttpResponseRedirect(reverse("definition", args=[ledger.name]))


def _systems(pack: Pack) -> dict[str, int]:
    """Return, by office, the system of most of its ledgers."""
    counts: dict[str, Counter[int]] = {}
    for ledger in pack.ledgers.values():
        counts.setdefault(ledger.office, Counter())[ledger.system] += 1
    return {office: found.most_common(1)[0][0] for office, found in counts.items()}


@needs("define")
@require_POST
def drop(request: OfficeRequest, number: int) -> HttpResponse:
    """Forget a definition in the making."""
    actions.do_drop(request.workspace, drafts.own(number, request.user.username))
    return HttpResponseRedirect(reverse("definitions"))


def _ledger(request: OfficeRequest, name: str) -> Ledger:
    found = request.workspace.pack.ledgers.get(name)
    if found is None:
        raise TaizhangError("definition.unknown_ledger", name=name)
    return found


@needs("define")
def definition(request: OfficeRequest, name: str) -> HttpResponse:
    """Show a ledger's definition; an own one can be corrected."""
    ledger, pack = _ledger(request, name), request.workspace.pack
    text = own_text(request.workspace.path("pack"), name)
    roles = [
        (role.title, acts)
        for role in pack.roles.values()
        if (acts := [act for act in ("read", "write", "accept", "export") if role.may(act, ledger, (ledger.office,))])
    ]
    return page(request, "office/definitions/definition.html", {"ledger": ledger, "text": text, "types": FIELD_TYPES, "roles": roles})


@needs("define")
@require_POST
def correct(request: OfficeRequest, name: str) -> HttpResponse:
    """Begin to correct an own ledger."""
    found = actions.do_take(request.workspace, request.user.username, name)
    return HttpResponseRedirect(reverse("definition-draft", args=[found.id]))


@needs("define")
def template(request: OfficeRequest, name: str) -> HttpResponseBase:
    """Hand out the empty workbook in which a ledger is filled in."""
    from taizhang.intake.template import write_template

    ledger = _ledger(request, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(ledger, request.workspace.pack, request.workspace.divisions, path)
        content = path.read_bytes()
    return FileResponse(BytesIO(content), as_attachment=True, filename=f"{ledger.title}（模板）.xlsx")
