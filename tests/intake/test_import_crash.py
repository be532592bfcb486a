"""An import that is killed, raced, or out of disk: whole or absent, never doubled, and sent again it completes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace

IMPORTER = Path(__file__).parents[1] / "support" / "importer.py"
ROWS = 700
KILLS = int(os.environ.get("TAIZHANG_KILLS", "16"))  # for a change of how things are recorded: 200
FRESH_EVERY = 8  # the journal grows with each
LEDGER = "news_item"


class Importer:
    """The process of ``support/importer.py``."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(IMPORTER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def start(self, root: Path, file: Path) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([str(root), str(file)]) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def ended(self) -> tuple[int, str]:
        assert self.process.stdout
        code, said = json.loads(self.process.stdout.readline())
        return code, said


@pytest.fixture
def importer() -> Iterator[Importer]:
    importer = Importer()
    yield importer
    importer.process.kill()
    importer.process.wait()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Two workbooks of the same entries with different headlines."""
    return written(tmp_path / "甲.csv", "甲"), written(tmp_path / "乙.csv", "乙")


def written(path: Path, word: str, first: int = 0, rows: int = ROWS) -> Path:
    lines = ["报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"]
    lines += [
        f"XW{n:05d},公坪社区,{word}村第{n}号新闻稿,县融媒体中心,县级,唐敏,2020-03-{n % 28 + 1:02d}" for n in range(first, first + rows)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def whole_or_absent(workspace: Workspace, words: tuple[str, str | None]) -> str | None:
    """Check the journal after a crash and return the word that all entries carry; None when there are none."""
    workspace.activate()
    from django.db import connection

    from taizhang.journal import read
    from taizhang.journal.verify import verify

    assert verify() == []
    found = {json.loads(s.data)["headline"][0] for s in read.standing(LEDGER).values()}
    connection.close()
    assert len(found) <= 1
    assert found <= set(words)
    return next(iter(found), None)


def kill_repeatedly(importer: Importer, make: Any, files: tuple[Path, Path]) -> dict[str, int]:
    """Kill imports at moments spread over the time that a whole one takes; count how they had ended."""
    rng = random.Random(11)
    counts = {"whole": 0, "absent": 0}
    seconds = 0.0
    for n in range(KILLS):
        if n % FRESH_EVERY == 0:
            workspace = make()
            began = time.perf_counter()
            importer.start(workspace.root, files[0])
            assert importer.ended() == (0, "recorded 1")
            seconds = time.perf_counter() - began
            word, number = "甲", 1
        target = files[1] if word == "甲" else files[0]
        pid = importer.start(workspace.root, target)
        time.sleep(rng.uniform(0, seconds * 1.1))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        importer.ended()
        after = whole_or_absent(workspace, ("甲", "乙"))
        counts["whole" if after != word else "absent"] += 1
        number += 1
        importer.start(workspace.root, target)
        assert importer.ended() == (0, "nothing" if after != word else f"recorded {number}")
        word = "乙" if word == "甲" else "甲"
        assert versions(workspace) == ROWS * number
    return counts


def versions(workspace: Workspace) -> int:
    workspace.activate()
    from django.db import connection

    from taizhang.journal import read

    position = read.position()
    connection.close()
    return position


@pytest.fixture
def make(tmp_path: Path) -> Any:
    from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED

    template = tmp_path / "template"
    divisions = SHIPPED / "township" / "divisions.csv"
    Workspace.create(template, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=divisions)
    from django.db import connection

    connection.close()
    made = iter(range(1000))

    def copy(target: Path | None = None) -> Workspace:
        root = target or tmp_path / f"town{next(made)}"
        shutil.copytree(template, root, dirs_exist_ok=target is not None)
        return Workspace.open(root)

    return copy


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")


@needs_kill
@pytest.mark.slow
@pytest.mark.long
def test_killed_again_and_again(importer: Importer, make: Any, files: tuple[Path, Path]) -> None:
    counts = kill_repeatedly(importer, make, files)
    assert counts["whole"] + counts["absent"] == KILLS
    assert min(counts.values()) > KILLS // 10


@pytest.mark.slow
def test_two_imports_at_once(make: Any, tmp_path: Path) -> None:
    """Overlapping entries with the same content: each is recorded once, whoever comes first."""
    workspace = make()
    first, second = written(tmp_path / "一.csv", "甲", 0, 1000), written(tmp_path / "二.csv", "甲", 500, 1000)
    importers = Importer(), Importer()
    try:
        for one, file in zip(importers, (first, second), strict=True):
            one.start(workspace.root, file)
        assert [one.ended()[0] for one in importers] == [0, 0]
    finally:
        for one in importers:
            one.process.kill()
            one.process.wait()
    assert whole_or_absent(workspace, ("甲", None)) == "甲"
    assert versions(workspace) == 1500


@pytest.mark.slow
def test_full_disk(make: Any, tmp_path: Path) -> None:
    """On a small tmpfs the import is refused in a sentence, nothing is half there, and it goes in when there is room."""
    from taizhang.intake.importing import import_file

    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], check=False, capture_output=True).returncode
    ):
        pytest.skip("mounting a tmpfs is not permitted here")
    try:
        workspace = make(disk)
        workspace.activate()
        import_file(workspace, written(tmp_path / "少.csv", "甲", 0, 10), person="王", confirm=True)
        ballast = disk / "ballast"
        free = shutil.disk_usage(disk).free
        ballast.write_bytes(b"0" * max(0, free - 300_000))
        many = written(tmp_path / "多.csv", "甲", 0, 9000)
        with pytest.raises(TaizhangError) as told:
            import_file(workspace, many, person="王", confirm=True)
        assert told.value.fault.code in ("journal.disk_full", "workspace.disk_full")
        ballast.unlink()
        assert whole_or_absent(workspace, ("甲", None)) == "甲"
        assert versions(workspace) == 10
        workspace.activate()
        assert import_file(workspace, many, person="王", confirm=True).total("new") == 8990
        assert versions(workspace) == 9000
        assert not list(disk.rglob("*.part"))
    finally:
        from django.db import connection

        connection.close()
        subprocess.run(["umount", disk], check=False)
