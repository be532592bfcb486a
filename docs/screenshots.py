"""Make the screenshots of the office's main pages: ``python docs/screenshots.py [FOLDER]``, a workspace with staff (``taizhang demo FOLDER --faults``).

The folder is copied and served on a free port; every page of ``PAGES`` is taken as the one who works on it, at the size of a desk or of a phone.
Needs a Chromium and Chinese fonts on this machine.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).parent / "images" / "office"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
_PATIENCE = 300_000  # milliseconds, on a machine that does other things too
# Name of the picture, who takes it, the address ("first: selector" goes on to the first link that fits), and whether on a phone.
PAGES: list[tuple[str, str, list[str], bool]] = [
    ("sign-in", "", ["/sign-in/"], False),
    ("home-clerk", "cunguan", ["/"], False),
    ("home-clerk-phone", "cunguan", ["/"], True),
    ("home-inspector", "jijian", ["/"], False),
    ("home-writer", "dangzheng", ["/"], False),
    ("ledgers", "nongye", ["/ledgers/"], False),
    ("ledgers-phone", "nongye", ["/ledgers/"], True),
    ("ledger", "nongye", ["/ledgers/grain_subsidy/?f.programme.is=稻谷补贴&f.area.from=5"], False),
    ("ledger-villages", "nongye", ["/ledgers/crop_planting/villages/?on=2020-12-31"], False),
    ("ledger-phone", "cunguan", ["/ledgers/household/"], True),
    ("entry-new-phone", "cunguan", ["/ledgers/household/new/"], True),
    ("importing", "nongye", ["/import/"], False),
    ("review", "shenhe", ["/review/"], False),
    ("figures", "lingdao", ["/figures/"], False),
    ("figure", "lingdao", ["/figures/rice_area/?period=2020"], False),
    ("figure-rows", "lingdao", ["/figures/rice_area/rows/?period=2020&place=990128105201&sort=_contribution&down=1"], False),
    ("report", "dangzheng", ["/report/"], False),
    ("report-version", "dangzheng", ["/report/", "first: main table tbody th a"], False),
    ("audit", "dangzheng", ["/audit/"], False),
    ("audit-draft", "dangzheng", ["/audit/", "first: main table tbody a"], False),
    ("findings", "jijian", ["/findings/?severity=重要"], False),
    ("findings-phone", "jijian", ["/findings/?severity=重要"], True),
    ("finding", "jijian", ["/findings/?rule=deceased_paid", "first: main table tbody th a"], False),
    ("finding-phone", "jijian", ["/findings/?rule=deceased_paid", "first: main table tbody th a"], True),
    ("case", "jijian", ["/findings/?work=overdue", "first: main table tbody td a"], False),
    ("rules", "jijian", ["/findings/rules/"], False),
    ("rule", "jijian", ["/findings/rules/deceased_paid/"], False),
    ("runs", "jijian", ["/findings/runs/"], False),
    ("search", "jijian", ["/search/?q=低保"], False),
    ("definitions", "guanli", ["/definitions/"], False),
    ("accounts", "guanli", ["/accounts/"], False),
    ("second-factor", "guanli", ["/me/second-factor/"], False),
    ("second-factor-phone", "guanli", ["/me/second-factor/"], True),
]


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a copy of a workspace; give its address and the password of its demonstration accounts."""
    from taizhang.demo.staff import PASSWORD

    with tempfile.TemporaryDirectory() as room:
        root = Path(room) / "town"
        shutil.copytree(folder, root)
        code = "import sys; from taizhang.workspace import Workspace; from taizhang.serving.server import prepare; w = Workspace.open(sys.argv[1]); prepare(w)\n"
        code += "from taizhang.demo.staff import make_staff; make_staff(w)"
        subprocess.run([sys.executable, "-c", code, str(root)], check=True)  # noqa: S603 - ourselves
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "taizhang", "-C", str(root), "serve", "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{address}/sign-in/", process)
            yield address, PASSWORD
        finally:
            process.terminate()
            process.wait(timeout=40)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not come up")


def take(browser: Any, address: str, password: str, wanted: list[str]) -> list[str]:
    """Take the pictures (all when none is named) and return the names of pages that were not there."""
    missing, contexts = [], {}
    for name, username, steps, phone in PAGES:
        if wanted and name not in wanted:
            continue
        key = (username, phone)
        if key not in contexts:
            size = PHONE if phone else DESK
            contexts[key] = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=address)
            contexts[key].set_default_timeout(_PATIENCE)
            if username:
                sign_in(contexts[key], username, password)
        page = contexts[key].new_page()
        status = 200
        for step in steps:
            if step.startswith("first: "):
                found = page.locator(step.removeprefix("first: ")).first
                if found.count() == 0:
                    status = 404
                    break
                found.click()
                page.wait_for_load_state("networkidle")
            else:
                answer = page.goto(step)
                status = answer.status if answer else 0
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        if status != 200:
            missing.append(f"{name} ({status})")
        else:
            page.screenshot(path=IMAGES / f"{name}.png")
        page.close()
    return missing


def sign_in(context: Any, username: str, password: str) -> None:
    """Sign in as a demonstration account; those that need a second factor are asked for none in a demonstration town."""
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("main button.primary")
    page.wait_for_load_state("networkidle")
    page.close()


def main() -> None:
    """Take the pictures of the workspace that the command line names, and only those that it names behind it."""
    from playwright.sync_api import sync_playwright

    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served(folder) as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"])
        missing = take(browser, address, password, wanted)
        browser.close()
    for name in missing:
        print("not there:", name, file=sys.stderr)


if __name__ == "__main__":
    main()
