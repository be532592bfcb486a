"""A new ledger from a spreadsheet through HTTP: proposed, corrected, checked, saved, live at once; own ledgers corrected."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from taizhang.access.models import ReadRecord
from taizhang.defining.models import LedgerDraft
from taizhang.journal import read
from taizhang.pack.local import read_ledger
from taizhang.sending.models import Draft
from taizhang.workspace import Workspace

VILLAGES = ["桐木村", "石板村", "枫香村"]


def workbook(*, other_sheet: bool = False) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "路灯维修"
    sheet.append(["序号", "维修单号", "村名", "报修人", "故障", "费用（元）", "维修日期"])
    for n in range(9):
        sheet.append(
            [
                n + 1,
                f"LD{n:03d}",
                VILLAGES[n % 3],
                ["张三丰", "李四光"][n % 2],
                ["灯不亮", "杆倒", "线断"][n % 3],
                80 + n,
                date(2020, 3, n + 1),
            ]
        )
    if other_sheet:
        page = book.create_sheet("路灯清单")
        page.append(["灯号", "村名", "安装日期"])
        page.append(["A1", "桐木村", date(2019, 1, 1)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: Client, content: bytes, name: str = "路灯.xlsx") -> LedgerDraft:
    client.post("/definitions/new/", {"file": SimpleUploadedFile(name, content)})
    return LedgerDraft.objects.latest("id")


def form_of(page: str) -> dict[str, str]:
    """Return what the page's form of fields would send."""
    import html

    form: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        found = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        name = html.unescape(found.get("name", ""))
        if not name or found.get("type") == "file" or name == "csrfmiddlewaretoken":
            continue
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        form[name] = html.unescape(found.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', inner)
        form[name] = html.unescape(chosen[1]) if chosen else ""
    return form


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator", username="guanli")


@pytest.mark.slow
def test_from_the_workbook_to_the_live_ledger(admin: Client, client_of: Callable[..., Client], sqlite_workspace: Workspace) -> None:
    number = upload(admin, workbook()).id
    page = text_of(admin.get(f"/definitions/drafts/{number}/"))
    for told in ("路灯维修", "没有问题，可以保存", "灯不亮、杆倒、线断", "通过", "标准包里同名的列"):
        assert told in page, told
    assert page.count("接收：村名 990128105201") == page.count("拒绝：故障 choice.unknown") == 2  # what was expected, what came
    assert "张三丰" not in page
    form = form_of(page) | {"act": "save", "title": "路灯维修记录", "ledger": "street_light_repair", "f-2-personal": "1"}
    form["office"] = "村镇建设办"
    saved = admin.post(f"/definitions/drafts/{number}/", form, follow=True)
    page = text_of(saved)
    assert "现在就可以填报" in page, page[-3000:]
    assert admin.post(f"/definitions/drafts/{number}/", form)["Location"] == "/definitions/ledgers/street_light_repair/"
    ledger = sqlite_workspace.fresh().pack.ledgers["street_light_repair"]
    assert (ledger.title, ledger.key, ledger.kind, ledger.office) == ("路灯维修记录", ("field_2",), "event", "村镇建设办")
    assert sqlite_workspace.path("pack", "ledgers", "street_light_repair.yaml").is_file()
    assert ReadRecord.objects.filter(act="define", ledger="street_light_repair", person="guanli").exists()
    # Live: its template, its import, its review, its entries.
    template = admin.get("/definitions/ledgers/street_light_repair/template/")
    assert b"".join(template.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    clerk = client_of("village_clerk", "990128105202", username="cunguan")
    rows = "维修单号,村名,报修人,故障,费用（元）,维修日期\nLD900,桐木村,王五,灯不亮,120,2020-05-06\n"
    told = text_of(clerk.post("/import/", {"file": SimpleUploadedFile("路灯维修记录.csv", rows.encode())}, follow=True))
    assert "没有问题" in told
    clerk.post(f"/import/{Draft.objects.latest('id').id}/send/", {})
    reviewer = client_of("reviewer", "990128105", "村镇建设办", username="shenhe")
    reviewer.post("/submissions/1/accept/")
    assert list(read.standing("street_light_repair")) == ["LD900"]


def test_corrections(admin: Client) -> None:
    number = upload(admin, workbook(other_sheet=True)).id
    form = form_of(text_of(admin.get(f"/definitions/drafts/{number}/")))
    form |= {
        "act": "check",
        "f-3-type": "text",
        "f-3-choices": "",
        "f-4-min": "10",
        "f-4-max": "500",
        "f-2-drop": "1",
        "f-0-order": "9",
        "new-title": "验收人",
        "new-type": "text",
    }
    form |= {"f-0-called": "slip"}
    admin.post(f"/definitions/drafts/{number}/", form)
    data = read_ledger(LedgerDraft.objects.get(id=number).text)[0]
    assert data is not None
    fields = {spec["title"]: (name, spec) for name, spec in data["fields"].items()}
    assert list(fields)[-1] == "验收人"
    assert "报修人" not in fields
    assert fields["故障"][1]["type"] == "text"
    assert (fields["费用"][1]["min"], fields["费用"][1]["max"]) == (10, 500)
    assert (fields["维修单号"][0], data["key"]) == ("slip", ["slip"])
    page = text_of(admin.get(f"/definitions/drafts/{number}/"))
    assert "没有问题，可以保存" in page
    # A register without its dates is told, and not saved.
    bad = form_of(page) | {"act": "save", "kind": "register", "from": "", "to": ""}
    page = text_of(admin.post(f"/definitions/drafts/{number}/", bad, follow=True))
    assert "没有保存" in page
    assert "definition.dates_unfit" in page
    # Another sheet of the same workbook.
    admin.post(f"/definitions/drafts/{number}/", {"act": "sheet", "sheet": "路灯清单"})
    assert "灯号" in LedgerDraft.objects.get(id=number).text
    # The text itself, with a mistake in it.
    page = text_of(admin.post(f"/definitions/drafts/{number}/", {"act": "text", "text": "ledger: ["}, follow=True))
    assert "definition.unreadable" in page
    admin.post(f"/definitions/drafts/{number}/drop/")
    assert admin.get(f"/definitions/drafts/{number}/").status_code == 404


@pytest.mark.slow
def test_an_own_ledger_is_corrected(admin: Client, sqlite_workspace: Workspace) -> None:
    number = upload(admin, workbook()).id
    form = form_of(text_of(admin.get(f"/definitions/drafts/{number}/"))) | {"act": "save", "ledger": "lights"}
    admin.post(f"/definitions/drafts/{number}/", form)
    assert "本地" in text_of(admin.get("/definitions/?origin=own"))
    page = text_of(admin.post("/definitions/ledgers/lights/correct/", follow=True))
    assert "没有问题，可以保存" in page
    number = LedgerDraft.objects.latest("id").id
    form = form_of(page) | {"act": "save", "title": "太阳能路灯维修", "examples": "1"}
    assert "太阳能路灯维修" in text_of(admin.post(f"/definitions/drafts/{number}/", form, follow=True))
    assert sqlite_workspace.fresh().pack.ledgers["lights"].title == "太阳能路灯维修"
    assert admin.post("/definitions/ledgers/household/correct/").status_code == 404


def test_only_who_may_define(client_of: Callable[..., Client], admin: Client) -> None:
    number = upload(admin, workbook()).id
    clerk, other = client_of("village_clerk", "990128105202", username="cunguan"), client_of("administrator", username="erren")
    for address in (
        "/definitions/",
        f"/definitions/drafts/{number}/",
        "/definitions/ledgers/household/",
        "/definitions/ledgers/household/template/",
    ):
        assert clerk.get(address).status_code == 403, address
    assert other.get(f"/definitions/drafts/{number}/").status_code == 404
    page = text_of(admin.get("/definitions/?q=户籍&sort=title"))
    assert "户籍户" in page
    assert "户主姓名" in text_of(admin.get("/definitions/ledgers/household/"))
    assert admin.get("/definitions/ledgers/nothing/").status_code == 404


def test_a_file_that_is_no_table_is_refused(admin: Client) -> None:
    for name, content in (("空.csv", b"\n\n"), ("坏.xlsx", b"PK\x03\x04xx"), ("照片.xlsx", b"\x89PNG")):
        answer = admin.post("/definitions/new/", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code in (400, 415, 422), name
    assert not LedgerDraft.objects.exists()
