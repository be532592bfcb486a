"""From an empty workspace to working staff, in a browser: the setup code, the second factor, an account, its own password."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from taizhang.pack.loader import SHIPPED

PASSWORD, OWN = "Taizhang first 1", "Taizhang own 22"


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server on a new workspace: its address and the setup code that it printed."""
    divisions, root = SHIPPED / "township" / "divisions.csv", tmp_path / "town"
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "taizhang"]
    subprocess.run([*command, "init", root, "--town", "990128105", "--divisions", divisions], check=True, env=environment)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "serve.log"
    with log.open("w") as stream:
        arguments = ["-C", root, "serve", "--port", str(port), "--workers", "1", "--no-jobs"]
        process = subprocess.Popen([*command, *arguments], stdout=stream, stderr=subprocess.STDOUT, env=environment)
    try:
        for _wait in range(300):
            text = log.read_text()
            if "Started worker" in text or process.poll() is not None:
                break
            time.sleep(0.2)
        found = re.search(r"：(\S{4}-\S{4}-\S{4}-\S{4})", text)
        assert found, text
        yield f"http://127.0.0.1:{port}", found[1]
    finally:
        process.terminate()
        process.wait(timeout=40)


@pytest.mark.slow
def test_from_the_setup_code_to_a_clerk_with_her_own_password(new_browser: Callable[..., Any], empty_office: tuple[str, str]) -> None:
    address, code = empty_office
    admin, clerk = (new_browser(base_url=address).new_page() for _n in range(2))
    said: list[str] = []
    for page in (admin, clerk):
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
    admin.goto("/")
    admin.get_by_label("启动码").fill(code)
    for label, value in (("账号", "guanli"), ("姓名", "石磊"), ("密码", PASSWORD), ("再填一次密码", PASSWORD)):
        admin.get_by_label(label, exact=True).fill(value)
    admin.get_by_role("button", name="建立管理员").click()
    secret = admin.locator("main code").inner_text().replace(" ", "")
    assert admin.locator("img.qr").bounding_box()["width"] > 150
    admin.get_by_label("填验证器上的6位数字").fill(pyotp.TOTP(secret).now())
    admin.get_by_label("再填一次密码").fill(PASSWORD)
    admin.keyboard.press("Enter")
    admin.locator("ol.codes li").nth(9).wait_for()
    assert admin.locator("ol.codes li").count() == 10
    admin.goto("/accounts/new/")
    admin.fill("#id-username", "cunguan")
    admin.fill("#id-name", "罗小英")
    admin.get_by_label("角色", exact=True).select_option("village_clerk")
    admin.get_by_label("任职于").select_option("990128105202")
    admin.get_by_role("button", name="建账号").click()
    given = admin.locator("code.secret").inner_text()

    clerk.goto("/ledgers/")
    sign_in(clerk, "cunguan", given)
    for label, value in (("原密码", given), ("新密码", OWN), ("再填一次新密码", OWN)):
        clerk.get_by_label(label, exact=True).fill(value)
    clerk.get_by_role("button", name="修改密码").click()
    clerk.get_by_text("密码已改").wait_for()
    clerk.get_by_role("link", name="罗小英").click()
    clerk.get_by_text("村（社区）台账员").wait_for()
    clerk.get_by_role("button", name="退出").click()
    sign_in(clerk, "cunguan", given)
    clerk.get_by_text("账号或密码不对").wait_for()
    sign_in(clerk, "cunguan", OWN)
    clerk.get_by_role("link", name="罗小英").wait_for()
    assert [text for text in said if "favicon" not in text and "404" not in text] == []


def sign_in(page: Any, username: str, password: str) -> None:
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")
