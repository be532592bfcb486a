"""``taizhang link`` through its door: what is listed and masked, what a person decides, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from findings_town import FindingsTown

pytest.importorskip("pypinyin")
pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str, str]]
PETITION = {
    "number": "XF2020-001", "village": "公坪社区", "channel": "来访", "matter": "惠农补贴", "received_on": "2020-03-05", "due_on": "2020-05-05", "office": "民政办",
}  # fmt: skip


@pytest.fixture
def at(town: FindingsTown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that calls the command in a town: petitioners, one without a number, against those who died."""
    from taizhang import cli
    from taizhang.cli.failures import told
    from taizhang.workspace import Workspace

    town.die(0, name="呂桂香")
    town.die(2)
    town.record(
        petition=[
            {**PETITION, "petitioner": "吕桂香"},
            {**PETITION, "number": "XF2020-002", "petitioner": "龙大山", "petitioner_id": "990128195006150039"},
        ]
    )
    monkeypatch.setattr(Workspace, "pack", town.workspace.pack)

    def run(*arguments: object) -> tuple[int, str, str]:
        texts = ["-C", str(town.workspace.root), "link", "petition", "death_record", *map(str, arguments)]
        capsys.readouterr()
        code = told(lambda: cli.taizhang.main(args=texts, prog_name="taizhang", standalone_mode=False), debug=True)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def links(at: Call, *arguments: object) -> dict[str, dict[str, Any]]:
    code, out, _ = at("--json", *arguments)
    assert code == 0
    return {link["right"]["name"]: link for link in json.loads(out)["links"]}


def test_every_link_has_weight_and_reasons_and_is_masked(at: Call) -> None:
    found = links(at, "--status", "same", "--status", "person")
    assert {name: link["status"] for name, link in found.items()} == {"龙*": "same", "呂*": "person"}
    assert found["龙*"]["left"]["number"] == "990************039"
    for link in found.values():
        assert float(link["weight"]) == pytest.approx(float(link["start"]) + sum(float(r["weight"]) for r in link["reasons"]))
    assert "姓名是同一字的不同写法" in {reason["text"] for reason in found["呂*"]["reasons"]}


def test_what_must_be_looked_at_is_listed_and_a_person_decides(at: Call, town: FindingsTown) -> None:
    (link,) = links(at).values()
    assert link["decision"] is None
    assert at("--confirm", link["number"], "--by", "舒华")[0] != 0  # no evidence
    assert town.stands("person_link") == []
    assert at("--confirm", link["number"], "--evidence", "查验户口簿", "--by", "舒华", "--day", "2020-12-30")[0] == 0
    (row,) = town.stands("person_link")
    assert (row["decision"], row["evidence"], row["by"], row["weight"]) == ("同一人", "查验户口簿", "舒华", link["weight"])
    assert (row["left_name"], row["right_name"], row["right_id"]) == ("吕桂香", "呂桂香", "990128194001050026")
    assert "姓名是同一字的不同写法" in row["reasons"]
    assert links(at)["呂*"]["decision"] == "同一人"


def test_a_decision_ends_with_the_row_that_it_was_about(at: Call, town: FindingsTown) -> None:
    (link,) = links(at).values()
    assert at("--reject", link["number"], "--evidence", "同音不同人")[0] == 0
    assert links(at)["呂*"]["decision"] == "不是同一人"
    town.die(0, name="呂桂香", reported_on="2020-04-05")
    (again,) = links(at).values()
    assert (again["decision"], again["number"] != link["number"]) == (None, True)
    assert at("--confirm", link["number"], "--evidence", "旧编号")[0] != 0


def test_a_name_alone_is_info_at_most(at: Call, town: FindingsTown) -> None:
    town.record(petition=[{**PETITION, "village": "桐木村", "petitioner": "呂桂香"}])
    found = links(at, "--status", "info", "--status", "same", "--status", "person", "--names-alone")
    assert found["呂*"]["status"] != "same"


def test_a_ledger_without_names_is_refused(town: FindingsTown, at: Call) -> None:
    from taizhang.comparison.linkage.ledgers import persons_of
    from taizhang.errors import TaizhangError

    without = next(ledger for ledger in town.workspace.pack.ledgers.values() if not any(f.is_name for f in ledger.fields.values()))
    with pytest.raises(TaizhangError) as error:
        persons_of(without)
    assert error.value.fault.code == "linkage.no_persons"
