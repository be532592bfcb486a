"""A town in which somebody has one thing of every kind that an address names by a number, a name or a token, and people who want a look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.calls import new_token
from support.findings_office import FindingsTown, make_town
from support.rows import fill, household
from support.staff import hire, signed_in
from taizhang.access.current import sight_of
from taizhang.access.models import Account, ApiToken, SignIn
from taizhang.access.sight import Grant
from taizhang.clock import now
from taizhang.defining.models import LedgerDraft
from taizhang.jobs.actions import do_start
from taizhang.jobs.registry import job
from taizhang.jobs.testing import run_waiting
from taizhang.jobs.work import Work
from taizhang.journal import read
from taizhang.journal.actions import do_submit
from taizhang.journal.records import Change, Source
from taizhang.pack import Pack
from taizhang.pack.definitions import ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report import SnapshotSource, compose
from taizhang.report.archive import do_keep
from taizhang.sending.models import Draft
from taizhang.warehouse.store import Warehouse
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER = "990128105", "990128105201", "990128105203"
OFFICE = "综治办"
# What stands in things and nowhere else: none of it may be in an answer to who is refused.
CANARIES = ("金丝雀", "CANARY")
PDF = b"%PDF-1.7 CANARY"
HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"


@job("canary", title="金丝雀")
def _canary(work: Work) -> dict[str, Any]:
    (work.folder / "CANARY.txt").write_text("CANARY", encoding="utf-8")
    return {"files": {"CANARY": "CANARY.txt"}, "facts": [["金丝雀", 1]]}


@dataclass
class Belongings:
    """The things by the names that addresses use, and the people by what they are."""

    workspace: Workspace
    things: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Client] = field(default_factory=dict)

    def of(self, name: str) -> Client:
        """Return somebody's client."""
        return self.people[name]


def belongings(workspace: Workspace, pack: Pack) -> Belongings:
    """Make the town, the people and the things."""
    made = Belongings(workspace)
    town = make_town(workspace, pack)
    _people(made)
    _ledgers(made)
    _findings(made, town)
    _own(made)
    _report(made)
    return made


_STAFF: dict[str, tuple[Grant, ...]] = {
    "clerk": (Grant("village_clerk", VILLAGE),),  # whose most things are
    "other_clerk": (Grant("village_clerk", OTHER),),
    "station": (Grant("station", TOWN, (OFFICE,)),),
    "other_station": (Grant("station", TOWN, ("财政所",)),),
    "reviewer": (Grant("reviewer", TOWN, (OFFICE,)),),
    "other_reviewer": (Grant("reviewer", TOWN, ("财政所",)),),
    "its_reviewer": (Grant("reviewer", TOWN, ("文化站",)),),  # who decides on what the clerk has sent in
    "writer": (Grant("report_writer", TOWN),),
    "inspector": (Grant("inspector", TOWN, ("纪委",)),),
    "other_inspector": (Grant("inspector", TOWN, ("纪委",)),),
    "leader": (Grant("leader", TOWN),),
    "county": (Grant("county", "990128"),),
    "administrator": (Grant("administrator", TOWN),),
    "other_administrator": (Grant("administrator", TOWN),),
    "program": (Grant("interface", VILLAGE), Grant("village_clerk", VILLAGE)),
    "nobody": (),
}


def _people(made: Belongings) -> None:
    for name, grants in _STAFF.items():
        made.people[name] = signed_in(hire(made.workspace, name, *grants))
    account = Account.objects.get(username="clerk")
    session = SignIn.objects.create(
        account=account, session_key="elsewhere", address="10.0.0.9", agent="CANARY", began_at=now(), seen_at=now() - timedelta(minutes=1)
    )
    made.things |= {"session": session.pk, "account": "clerk"}
    program = Account.objects.get(username="program")
    new_token(made.workspace, program, ["read"])
    made.things["token"] = ApiToken.objects.get().pk


def _ledgers(made: Belongings) -> None:
    petition = {
        "number": "XF1", "village": VILLAGE, "channel": "上级交办", "assigned_by": "县级", "petitioner": "金丝雀", "petitioner_id": "99012819680312003X",
        "matter": "土地山林", "received_on": "2020-05-06", "accepted_on": "2020-05-08", "due_on": "2020-07-05", "office": "林业站",
    }  # fmt: skip
    rows = {"household": [household(1, VILLAGE, address="金丝雀路1号"), household(2, OTHER)], "petition": [petition]}
    made.things["accepted"] = fill(made.workspace, rows)
    seqs = {ledger: next(v.seq for v in read.standing(ledger).values() if VILLAGE in v.data) for ledger in rows}
    made.things |= {"household": seqs["household"], "petition": seqs["petition"], "hidden": "XF1", "entry": "H0001"}
    clerk = made.of("clerk")
    row = "XW00001,銮塘村,金丝雀飞来了,县融媒体中心,县级,唐敏,2020-03-01"
    for _n in range(2):  # one is sent in, one is looked at
        clerk.post("/import/", {"file": SimpleUploadedFile("CANARY.csv", f"{HEAD}\n{row}\n".encode())})
    made.things["draft"] = Draft.objects.latest("id").pk
    sent = clerk.post(f"/import/{Draft.objects.earliest('id').pk}/send/", {})
    assert sent.status_code == 302, sent.content.decode()
    edits = [{"ref": "H0001", "base": seqs["household"], "values": {"houses": "1"}}]
    saved = clerk.post("/ledgers/household/save/", json.dumps({"edits": edits, "reason": "金丝雀"}), content_type="application/json")
    made.things["submission"], made.things["own"] = sorted(s.number for s in read.submissions(status="pending"))
    assert saved.json()["submission"] == made.things["own"]
    news = {"number": "XW00002", "village": VILLAGE, "headline": "金丝雀又飞来了"}
    change = Change("news_item", "XW00002", "record", VILLAGE, json.dumps(news, ensure_ascii=False))
    made.things["returned"] = do_submit("clerk", Source("form", "CANARY"), [change]).number
    made.of("its_reviewer").post(f"/submissions/{made.things['returned']}/notes/", {"act": "return", "reason": "金丝雀"})
    path = made.workspace.path("jobs", "back.xlsx")
    path.parent.mkdir(exist_ok=True)
    answer = clerk.get("/ledgers/household/export/", {"form": "round"})
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    with path.open("rb") as stream:
        back = clerk.post("/ledgers/household/round-trip/", {"file": stream})
    made.things["return"] = back["Location"].rstrip("/").rsplit("/", 1)[1]


def _findings(made: Belongings, town: FindingsTown) -> None:
    town.die(0)
    town.die(1)
    for serial, (who, month) in enumerate([(0, "2020-05"), (1, "2020-07")]):
        town.pay(serial, who, month)
    town.check("t_dead_paid")
    inspector, numbers = made.of("inspector"), [f.number for f in town.findings()]
    case = inspector.post(f"/findings/{numbers[0]}/assign/", {"handler": "inspector"})["Location"].rstrip("/").rsplit("/", 1)[1]
    inspector.post(f"/findings/cases/{case}/verify/", {"note": "金丝雀", "files": [SimpleUploadedFile("CANARY.pdf", PDF)]})
    page = inspector.get(f"/findings/cases/{case}/").content.decode()
    made.things["case_file"] = page.split(f"/findings/cases/{case}/files/")[1].split("/")[0]
    until = {"evidence": "金丝雀", "until": "2099-12-31", "file": SimpleUploadedFile("CANARY.pdf", PDF)}
    inspector.post(f"/findings/{numbers[1]}/exclude/", until)
    (row,) = town.stands("finding_exclusion")
    made.things |= {"finding": numbers[0], "case": case, "exclusion": row["number"]}
    runs = inspector.get("/api/v1/runs").content
    made.things["run"] = json.loads(runs)["items"][0]["number"]


def _own(made: Belongings) -> None:
    clerk = Account.objects.get(username="clerk")
    made.things["job"] = do_start("canary", sight_of(made.workspace, clerk), about="CANARY").id
    writer = made.of("writer")
    draft = SimpleUploadedFile("CANARY.txt", "2020年工作报告\n金丝雀9户。\n".encode())
    made.things["audit"] = writer.post("/audit/", {"draft": draft})
    run_waiting()
    made.things["audit"] = json.loads(writer.get("/api/v1/audits").content)["items"][0]["draft"]
    sheet = SimpleUploadedFile("CANARY.csv", f"{HEAD}\nXW1,桐木村,金丝雀,x,县级,唐敏,2020-03-01\n".encode())
    made.of("administrator").post("/definitions/new/", {"file": sheet})
    made.things["definition_draft"] = LedgerDraft.objects.latest("id").pk


def _report(made: Belongings) -> None:
    definition = ReportDefinition("small", "CANARY", "year", "全镇共有{{ f.households }}。")
    warehouse = Warehouse(made.workspace)
    warehouse.refresh()
    with warehouse.snapshot() as snapshot:
        report = compose(definition, SnapshotSource(snapshot), Period.parse("2020"), TOWN)
    do_keep(made.workspace, report, "writer", now(), lambda folder: (folder / "report.docx").write_bytes(b"CANARY") and None)
