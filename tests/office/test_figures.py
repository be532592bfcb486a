"""Figures as pages: what is shown to whom, how a number opens to its rows and a row to its source, what changed since a day."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from support.recorded import allowance, income, petition, record, stored
from support.staff import hire, signed_in
from taizhang.access.models import ReadRecord
from taizhang.access.query import Filter, Query
from taizhang.access.sight import Grant, Sight
from taizhang.clock import SHANGHAI, today
from taizhang.figures.desk import Desk
from taizhang.figures.question import asked, usual_period
from taizhang.figures.tracing import recombine, trace
from taizhang.figures.visible import rows_for, seen, sees, wanted_by
from taizhang.journal import read
from taizhang.pack.definitions import Ratio
from taizhang.workspace import Workspace

TOWN, TONGMU, SHIBAN = "990128105", "990128105202", "990128105203"
JUNE, AUGUST = (datetime(2020, month, 1, 9, tzinfo=SHANGHAI) for month in (6, 8))
YEAR = "period=2020&division=" + TOWN


def text_of(answer: object) -> str:
    """Return a page's text without its tags, blanks brought together."""
    page = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return " ".join(page.split())


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """Incomes of two villages, recorded in June and mended in August, and a year before; welfare; a petition; a target."""
    record("collective_income", [income(9, TONGMU, "900", "2019-05-10")], at=JUNE)
    record("collective_income", [income(1, TONGMU, "100"), income(2, TONGMU, "50.5", "2020-08-01"), income(3, SHIBAN, "7")], at=JUNE)
    record("subsistence_allowance", [allowance(1, TONGMU), allowance(2, SHIBAN)], person="minzheng", at=JUNE)
    record("petition", [petition(1, TONGMU)], person="zongzhi", at=JUNE)
    promised = {"indicator": "collective_income_total", "division": TOWN, "period": "2020", "title": "收入", "value": "200", "unit": "元"}
    record(
        "target",
        [{"_entry": f"collective_income_total|{TOWN}|2020", "_division": TOWN, **promised, "sense": "不低于", "due_on": "2020-12-31"}],
        at=JUNE,
    )
    record(
        "collective_income", [income(1, TONGMU, "130"), income(4, SHIBAN, "20"), {**income(3, SHIBAN, "7"), "_op": "withdraw"}], at=AUGUST
    )
    return sqlite_workspace


def test_the_tree_shows_offices_and_finds_indicators(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader")
    page = leader.get(f"/figures/?{YEAR}")
    assert page.status_code == 200
    assert "指标 · 公坪镇 2020年" in text_of(page)
    assert "财政所" in text_of(page)
    assert "200.5" not in text_of(page)  # an office's figures are computed when it is opened
    opened = text_of(leader.get(f"/figures/?{YEAR}&office=财政所", HTTP_HX_REQUEST="true"))
    assert "村集体经济收入 200.5 元" in opened
    found = text_of(leader.get(f"/figures/?{YEAR}&q=低保人数"))
    assert "发放低保人数 2 人" in found
    assert "村集体经济收入" not in found


def test_a_figure_stands_beside_target_last_period_and_last_year(town: Workspace, client_of: Callable[..., Client]) -> None:
    told = text_of(client_of("leader").get(f"/figures/collective_income_total/?{YEAR}"))
    assert "公坪镇 · 2020年 200.5 元" in told
    assert "目标 不低于 200 元 期限 2020-12-31" in told
    assert "上年同期 900 元 变化-699.5 元（-77.72%）" in told
    assert "上期" not in told  # of a year it is the same
    assert "桐木村 180.5 石板村 20" in told
    quarter = text_of(client_of("leader").get(f"/figures/collective_income_total/?division={TONGMU}&period=2020Q3"))
    assert "桐木村 · 2020年第3季度 50.5 元" in quarter
    assert "上年同期 0 元" in quarter


def test_a_period_without_a_kept_ledger_says_so(town: Workspace, client_of: Callable[..., Client]) -> None:
    told = text_of(client_of("leader").get(f"/figures/collective_income_total/?division={TOWN}&period=2018"))
    assert "未登记" in told
    assert "台账没有这一时期的登记，不等于没有发生" in told


def test_the_two_clocks(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader")
    june = text_of(leader.get(f"/figures/collective_income_total/?{YEAR}&known_at=2020-07-01"))
    assert "157.5 元" in june
    assert "不是现在的数" in june
    assert "150 元" in text_of(leader.get(f"/figures/collective_income_total/?{YEAR}&as_of=2020-07-31"))
    assert leader.get(f"/figures/collective_income_total/?{YEAR}&as_of=昨天").status_code == 400
    assert leader.get(f"/figures/collective_income_total/?{YEAR}&known_at=999999").status_code == 404
    assert leader.get("/figures/collective_income_total/?period=20").status_code == 400
    assert leader.get("/figures/nothing/").status_code == 404


def test_two_clicks_lead_from_a_number_to_its_row_and_its_source(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader")
    tree = leader.get(f"/figures/?{YEAR}&q=村集体经济收入").content.decode()
    first = re.search(r'href="(/figures/collective_income_total/rows/[^"]*)"', tree)
    assert first
    rows = leader.get(first[1].replace("&amp;", "&"))
    told = text_of(rows)
    assert "由“村集体经济收入”的3行算出" in told
    assert re.search(r"填报 第\d行 表一", told)
    assert "SJ20200001" in told
    assert "***" in told
    assert "张大山" not in told
    second = re.search(r'href="(/figures/row/collective_income/\d+/)"', rows.content.decode())
    assert second
    source = text_of(leader.get(second[1]))
    assert "报送人 cunguan" in source
    assert "工作表 表一" in source
    assert re.search(r"行号 \d", source)


def test_a_ratio_and_an_indicator_over_villages_open_to_their_parts(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader")
    pack = town.pack
    ratio = next(i for i in pack.indicators.values() if isinstance(i.formula, Ratio))
    told = leader.get(f"/figures/{ratio.name}/rows/?{YEAR}")
    assert told.status_code == 200
    assert " ÷ " in text_of(told)
    over = next(i for i in pack.indicators.values() if "of='collective_income_total'" in str(i.formula) and "level=" in str(i.formula))
    told = leader.get(f"/figures/{over.name}/rows/?{YEAR}")
    assert "桐木村 180.5 元" in text_of(told)
    assert f"division={TONGMU}" in told.content.decode()


def test_what_changed_since_a_day(town: Workspace, client_of: Callable[..., Client]) -> None:
    told = text_of(client_of("leader").get(f"/figures/collective_income_total/since/?{YEAR}&since=2020-07-01"))
    assert "157.5 元" in told
    assert "相差 +43 元" in told
    assert "共3条记录使它变化" in told
    assert "SJ20200001 数值变了 100 130" in told
    assert "SJ20200003 不再计入 7 —" in told
    assert "SJ20200004 新计入 — 20" in told
    assert "SJ20200002" not in told


def test_a_clerk_asks_about_her_own_village_only(town: Workspace, client_of: Callable[..., Client]) -> None:
    clerk = client_of("village_clerk", TONGMU)
    assert "桐木村 · 2020年 180.5 元" in text_of(clerk.get("/figures/collective_income_total/?period=2020"))
    for address in ("", "rows/", "since/", "export/", "rows/export/"):
        assert clerk.get(f"/figures/collective_income_total/{address}?{YEAR}&since=2020-07-01").status_code == 403
        assert clerk.get(f"/figures/collective_income_total/{address}?period=2020&division={SHIBAN}&since=2020-07-01").status_code == 403
    assert clerk.get(f"/figures/?period=2020&division={TOWN}").status_code == 403
    page = clerk.get("/figures/").content.decode()
    assert "石板村" not in page
    other = next(v for v in read.versions_since(0, "collective_income") if v[6] == SHIBAN)
    assert clerk.get(f"/figures/row/collective_income/{other[0]}/").status_code == 404


def test_rows_of_others_count_but_are_not_listed(town: Workspace, client_of: Callable[..., Client]) -> None:
    station = client_of("station", TOWN, "农业综合服务中心")
    told = text_of(station.get(f"/figures/allowance_persons/rows/?{YEAR}"))
    assert "的2行算出" in told
    assert "其中2行您无权查看，计入合计但不列出" in told
    assert "周" not in told
    since = text_of(station.get(f"/figures/allowance_persons/since/?{YEAR}&since=2020-05-01"))
    assert "其中2条您无权查看" in since
    assert station.get(f"/figures/allowance_persons/rows/export/?{YEAR}").status_code == 403
    own = text_of(client_of("station", TOWN, "民政办", username="minzheng").get(f"/figures/allowance_persons/rows/?{YEAR}"))
    assert "周*" in own
    assert "990************" in own
    assert "194805" not in own


def test_what_few_may_read_is_no_figure_of_a_village_for_others(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader, inspector, station = client_of("leader"), client_of("inspector", TOWN, "纪委"), client_of("station", TOWN, "民政办")
    assert "1 件" in text_of(leader.get(f"/figures/petitions_received/?{YEAR}"))  # printed in the report
    told = text_of(leader.get(f"/figures/petitions_received/rows/?{YEAR}"))
    assert "其中1行您无权查看" in told
    assert leader.get(f"/figures/petitions_received/?period=2020&division={TONGMU}").status_code == 403
    assert "桐木村 1" not in text_of(leader.get(f"/figures/petitions_received/?{YEAR}"))
    assert "桐木村 1" in text_of(inspector.get(f"/figures/petitions_received/?{YEAR}"))
    assert station.get(f"/figures/petitions_received/?{YEAR}").status_code == 403
    assert "信访件数" not in text_of(station.get(f"/figures/?{YEAR}&q=信访"))
    assert client_of("administrator").get(f"/figures/?{YEAR}").status_code == 403


def test_rows_are_filtered_sorted_and_exported_alike(town: Workspace, client_of: Callable[..., Client]) -> None:
    record("collective_income", [income(n, TONGMU, str(n)) for n in range(200, 260)])
    county = client_of("county", "990128")
    rows = f"/figures/collective_income_total/rows/?{YEAR}"

    def numbers(query: str) -> list[str]:
        return re.findall(r'title="看来源">([\d,.]+)<', county.get(rows + query).content.decode())

    assert numbers("&sort=_contribution&down=1")[:3] == ["259", "258", "257"]
    assert numbers("&sort=_contribution&down=1&page=2")[-1] == "20"
    assert numbers(f"&place={SHIBAN}") == ["20"]
    assert numbers("&f.amount.from=50&f.amount.to=130&sort=amount") == ["50.5", "130"]
    told = text_of(county.get(rows + "&f.amount.from=50&f.amount.to=130"))
    assert "的63行算出" in told
    assert "符合条件的有2行，计入180.5 元" in told
    sent = county.get(rows + "&c=amount&o=%3E%3D&v=258")
    assert sent.status_code == 302
    assert numbers(sent["Location"].partition("?")[2].replace(YEAR, "")) == ["258", "259"]
    file = b"".join(county.get(rows.replace("rows/", "rows/export/") + "&form=csv&f.amount.from=258&sort=amount&down=1").streaming_content)
    assert [line.partition(",")[0] for line in file.decode("utf-8-sig").splitlines()[1:]] == ["259", "258"]


def test_personal_values_are_not_found_out_by_filtering_rows(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader, rows = client_of("leader"), f"/figures/collective_income_total/rows/?{YEAR}"
    personal = next(f.name for f in town.pack.ledgers["collective_income"].fields.values() if f.personal)
    for query in (f"&f.{personal}.is=张大山", f"&f.{personal}.contains=张", f"&sort={personal}", "&f.amount.from=很多", "&f.nothing.is=1"):
        refused = leader.get(rows + query)
        assert refused.status_code == 422, query
        assert "看来源" not in refused.content.decode()
    assert "看来源" in leader.get(rows).content.decode()


@pytest.mark.slow
def test_exports_are_masked_guarded_and_recorded(town: Workspace, client_of: Callable[..., Client]) -> None:
    record("collective_income", [income(5, TONGMU, "1", voucher_number="=1+1")])
    county = client_of("county", "990128")
    file = b"".join(county.get(f"/figures/collective_income_total/rows/export/?{YEAR}&form=csv").streaming_content).decode("utf-8-sig")
    assert "SJ20200001" in file
    assert "***" in file
    assert "桐木村" in file
    assert "张大山" not in file
    assert ",'=1+1," in file
    assert list(ReadRecord.objects.filter(act="export").values_list("person", "ledger", "rows")) == [("county", "collective_income", 4)]
    assert client_of("leader").get(f"/figures/collective_income_total/rows/export/?{YEAR}").status_code == 403
    for address in (
        f"export/?{YEAR}",
        f"collective_income_total/export/?{YEAR}&what=course",
        f"collective_income_total/export/?{YEAR}&what=places&sort=value",
    ):
        answer = county.get(f"/figures/{address}&form=xlsx")
        assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert ReadRecord.objects.filter(act="export").count() == 4


def test_the_original_goes_only_to_who_may_see_all_of_it(
    sqlite_workspace: Workspace, client_of: Callable[..., Client], tmp_path: Path
) -> None:
    path = tmp_path / "低保.csv"
    path.write_text("姓名\n周桂香\n", encoding="utf-8")
    record("subsistence_allowance", [allowance(1, TONGMU), allowance(2, SHIBAN)], person="minzheng", source=stored(sqlite_workspace, path))
    address = f"/figures/row/subsistence_allowance/{read.position()}/"
    welfare = client_of("station", TOWN, "民政办", username="minzheng")
    assert "下载原始文件" in text_of(welfare.get(address))
    assert welfare.post(address + "file/", {"purpose": " "}).status_code == 400
    answer = welfare.post(address + "file/", {"purpose": "核对"})
    assert b"".join(answer.streaming_content).decode() == "姓名\n周桂香\n"
    assert list(ReadRecord.objects.filter(person="minzheng").values_list("act", flat=True)) == ["unmask", "export"]
    leader, clerk = client_of("leader"), client_of("village_clerk", SHIBAN)
    for one in (leader, clerk):
        assert one.get(address).status_code == 200
        assert "不能下载" in text_of(one.get(address))
        assert one.post(address + "file/", {"purpose": "核对"}).status_code == 403
    assert client_of("station", TOWN, "农业综合服务中心", username="nongye").get(address).status_code == 403


def test_english_and_no_inline_code(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader")
    leader.cookies["language"] = "en"
    for address in ("", "collective_income_total/", "collective_income_total/rows/", "collective_income_total/since/"):
        page = leader.get(f"/figures/{address}?{YEAR}&since=2020-07-01")
        assert page.status_code == 200
        assert not re.search(r'\sstyle="|\son\w+="|<style', page.content.decode())


@pytest.mark.slow
def test_charts_are_loaded_only_where_there_is_one(town: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader")
    for address in ("/figures/", f"/figures/collective_income_total/rows/?{YEAR}", "/report/", "/audit/"):
        assert "/built/chart" not in leader.get(address).content.decode()
    assert "/built/chart" in leader.get(f"/figures/collective_income_total/?{YEAR}").content.decode()


@pytest.mark.slow
def test_what_random_people_see_agrees_with_the_rows_they_may_read(town: Workspace) -> None:
    chance = random.Random(5)
    record("collective_income", [income(n, chance.choice((TONGMU, SHIBAN, TOWN)), str(n)) for n in range(20, 60)])
    desk = Desk.of(town)
    pack, offices = town.pack, sorted({ledger.office for ledger in town.pack.ledgers.values()})
    for _ in range(15):
        role = chance.choice(list(pack.roles.values()))
        posts = [d.code for d in town.divisions if d.level == role.posted]
        grant = Grant(role.name, chance.choice(posts), tuple(chance.sample(offices, 2)))
        sight = Sight(pack, town.divisions, "somebody", [grant])
        for name in ("collective_income_total", "allowance_persons", "petitions_received"):
            ledger = pack.indicators[name].formula.ledger  # type: ignore[union-attr]
            for code in (TOWN, TONGMU, SHIBAN):
                if not sees(sight, pack.indicators[name], code):
                    continue
                question = asked(sight, desk, name, {"division": code, "period": "2020"})
                figure = desk.figures([name], [question.period], [code])[0]
                with desk.snapshot() as snapshot:
                    whole = trace(snapshot, name, "2020", code)
                    listed = trace(snapshot, name, "2020", code, visible=rows_for(sight))
                assert figure.value == recombine(whole) == listed.total
                places = {seq: version.division for seq, version in read.versions(row.seq for row in whole.rows).items()}
                mine = {seq for seq, place in places.items() if sight.sees(ledger, place)}
                assert {row.seq for row in listed.rows} == mine
                assert listed.hidden == len(whole.rows) - len(mine)
                if not sight.may("read", ledger):
                    continue
                half = wanted_by(sight, pack.indicators[name], Query((Filter("_seq", "in", tuple(map(str, sorted(places)[::2]))),)))
                with desk.snapshot() as snapshot:
                    filtered = trace(snapshot, name, "2020", code, visible=rows_for(sight), wanted=half)
                assert {row.seq for row in filtered.rows} == mine & set(sorted(places)[::2])
                assert (filtered.total, filtered.count, filtered.hidden) == (listed.total, listed.count, listed.hidden)
                assert filtered.given == sum((row.contribution or 0) for row in filtered.rows)
    assert not seen(Sight(pack, town.divisions, "nobody", []), TOWN)


def test_what_is_kept_is_computed_anew_when_the_journal_moves(town: Workspace) -> None:
    desk = Desk.of(town)
    sight = Sight(town.pack, town.divisions, "leader", [Grant("leader", TOWN)])
    question = asked(sight, desk, "collective_income_total", {"division": TOWN, "period": "2020"})

    def value() -> Decimal | None:
        return desk.figures(["collective_income_total"], [question.period], [TOWN])[0].value

    assert value() == Decimal("200.5")
    assert (
        desk.figures(["collective_income_total"], [question.period], [TOWN])[0]
        is desk.figures(["collective_income_total"], [question.period], [TOWN])[0]
    )
    record("collective_income", [income(7, TONGMU, "0.5")])
    assert value() == Decimal(201)


def test_pages_open_at_the_year_in_which_most_ledgers_were_kept_last(town: Workspace) -> None:
    record("petition", [petition(2, TONGMU, "2021-01-05")])
    record("subsistence_allowance", [allowance(3, TONGMU, since="2020-03-01")])
    desk, some = Desk.of(town), ("petition", "collective_income", "subsistence_allowance")
    assert [usual_period(desk, some[:count]).text for count in range(4)] == [f"{today().year}", "2021", "2021", "2020"]


def test_who_may_not_see_figures_is_refused(sqlite_workspace: Workspace) -> None:
    client = signed_in(hire(sqlite_workspace, "jiekou", Grant("interface", TONGMU)))
    assert client.get("/figures/").status_code == 403
    assert Client().get("/figures/").status_code == 302
