"""The office on an empty town with a few people; a server and a browser on the demonstration town."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from support.staff import hire, signed_in
from support.town import shared
from taizhang.access.sight import Grant
from taizhang.workspace import Workspace

LATE = Path(__file__).parents[1] / "support" / "late.js"
TOWN, VILLAGE, OTHER_VILLAGE = "990128105", "990128105202", "990128105203"


@pytest.fixture
def client_of(sqlite_workspace: Workspace) -> Callable[..., Client]:
    """Return a function (role, division, *offices, username=role) → client signed in as somebody who holds the role."""

    def make(role: str, division: str = TOWN, *offices: str, username: str = "", **more: Any) -> Client:
        return signed_in(hire(sqlite_workspace, username or role, Grant(role, division, offices), **more))

    return make


@dataclass(frozen=True)
class Served:
    """A running office: its address, its workspace, the password of its demonstration accounts."""

    address: str
    workspace: Workspace
    password: str


def _with_staff(root: Path, town: Path) -> None:
    code = (
        "import sys; from taizhang.workspace import Workspace; from taizhang.serving.server import prepare;"
        "w = Workspace.open(sys.argv[1]); prepare(w);"
        "from taizhang.demo.staff import make_staff; make_staff(w)"
    )
    shutil.copytree(town, root)
    subprocess.run([sys.executable, "-c", code, str(root)], check=True)


@pytest.fixture(scope="session")
def staffed_town(built_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration town with its staff; never written to."""
    return shared(tmp_path_factory, "gongping-staffed", lambda root: _with_staff(root, built_town))


@pytest.fixture
def served(staffed_town: Path, tmp_path: Path) -> Iterator[Served]:
    """A copy of the staffed town behind a real server with its worker."""
    from taizhang.demo.staff import PASSWORD

    root = tmp_path / "served"
    shutil.copytree(staffed_town, root)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "taizhang", "-C", str(root), "serve", "--port", str(port)]
    with (tmp_path / "serve.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/sign-in/", process, tmp_path / "serve.log")
        yield Served(address, Workspace.open(root), PASSWORD)
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def new_browser() -> Iterator[Callable[..., Any]]:
    """Return a function that opens a browser of somebody's own, in which pages come late; tests that ask for it are left out without Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps an event loop in this thread; nothing of Django runs in it
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        )

        def open_(**settings: Any) -> Any:
            context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **settings)
            context.add_init_script(path=LATE)
            return context

        yield open_
        chromium.close()


@pytest.fixture
def browse(new_browser: Callable[..., Any], served: Served) -> Iterator[Callable[..., Any]]:
    """Return a function (username, phone=False) → page of a browser of her own in which she has signed in; nobody has where no name is given."""
    contexts = []

    def open_(username: str, *, phone: bool = False) -> Any:
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        context = new_browser(viewport=size, base_url=served.address)
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in/")
        if username:
            page.fill("#id_username", username)
            page.fill("#id_password", served.password)
            page.click("main button.primary")
            page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    yield open_
    for context in contexts:
        context.close()
