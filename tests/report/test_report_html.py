"""The page: self-contained, every figure opens, nothing that people typed becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from support.pages import Tags
from taizhang.report import Report, write_html
from taizhang.report.html_writer import page
from taizhang.report.panels import Panel, Table

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<!--"


def _panels(report: Report, text: str = "张*") -> dict[str, Panel]:
    table = Table(("计入", "姓名"), (("1", text),), 1, "")
    return {f.indicator: Panel(f.title, f"{f.value}{f.unit}", "相加", (("期间", "2020"),), table) for f in report.figures}


def test_every_printed_figure_is_a_link_to_its_panel(report: Report) -> None:
    text = page(report, _panels(report))
    links = [a for tag, a in Tags(text).tags if tag == "a" and a.get("class") == "figure"]
    printed = [p for s in report.sentences for p in s.printed]
    assert [a["data-figures"] for a in links] == [p.figure.indicator for p in printed]
    ids = [a["id"] for _, a in Tags(text).tags if "id" in a]
    assert len(ids) == len(set(ids))
    panels = json.loads(re.search(r'id="taizhang-panels">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    grounds = [name for tag, a in Tags(text).tags if a.get("class") == "ground" for name in str(a["data-figures"]).split()]
    assert grounds
    assert {*(a["data-figures"] for a in links), *grounds} <= panels.keys()
    for link in links:
        assert str(link["href"]).removeprefix("#") in ids


def test_the_page_loads_nothing_from_outside(report: Report) -> None:
    text = page(report, _panels(report))
    assert text.startswith('<!doctype html>\n<html lang="zh-CN">')
    for tag, attributes in Tags(text).tags:
        assert tag not in ("link", "img", "iframe", "object", "embed")
        assert "src" not in attributes
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert not re.search(r"url\(|@import|https?://(?!taizhang\.invalid)", text)


def test_the_content_policy_allows_just_our_script_and_style(report: Report) -> None:
    text = page(report, {})
    policy = next(str(a["content"]) for tag, a in Tags(text).tags if a.get("http-equiv"))
    for tag in ("style", "script"):
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inner
        digest = base64.b64encode(hashlib.sha256(inner[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_what_people_typed_never_becomes_markup(report: Report) -> None:
    quiet = [tag for tag, _ in Tags(page(report, _panels(report))).tags]
    evil = replace(report, title=EVIL, division_name=EVIL)
    text = page(evil, _panels(report, EVIL))
    assert [tag for tag, _ in Tags(text).tags] == quiet
    assert "<script>alert" not in text
    assert "<img" not in text
    panels = json.loads(re.search(r'id="taizhang-panels">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert panels["land_transferred"]["table"]["rows"] == [["1", EVIL]]


def test_the_script_sets_text_and_never_markup() -> None:
    script = (Path(__file__).parents[2] / "src/taizhang/report/page/page.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed: the page is not tried in a browser")
def test_a_browser_opens_a_figure(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(report, _panels(report, EVIL), path)
    anchor = next(
        f"s{s.number}-{i}" for s in report.sentences for i, p in enumerate(s.printed, 1) if p.figure.indicator == "land_transferred"
    )
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=3000",
        "--dump-dom",
    ]
    dom = subprocess.run([*command, f"{path.as_uri()}#{anchor}"], check=True, capture_output=True, timeout=120).stdout.decode("utf-8")
    aside = re.search(r"<aside.*?</aside>", dom, re.DOTALL)
    assert aside
    assert "2734.6亩" in aside[0]
    assert "&lt;/script&gt;" in aside[0]
    assert 'aria-expanded="true"' in dom
