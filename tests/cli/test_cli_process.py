"""The command as a process of its own: how soon it answers, in which language, with which exit code, what a pipe gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TESTS = Path(__file__).parents[1]
LOCALE = TESTS.parent / "src" / "taizhang" / "locale"


def _run(*arguments: str, start: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    names = ("TAIZHANG_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "TAIZHANG_DEBUG")
    inherited = {k: v for k, v in os.environ.items() if k not in names}
    program = ["-c", f"{start}\nfrom taizhang.cli import main; main()"] if start else ["-m", "taizhang"]
    return subprocess.run(
        [sys.executable, *program, *arguments], env=inherited | environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_help_is_little_work() -> None:
    counted = f"""import sys
from contextlib import suppress
sys.path.insert(0, {str(TESTS)!r})
from support.work import work
def help():
    from taizhang.cli import main
    with suppress(SystemExit):
        main()
print(work(help, within=""), file=sys.stderr)"""
    assert int(_run("--help", start=counted).stderr) < 300_000, "lines run, those of Python's own modules among them"


def test_help_loads_nothing_heavy() -> None:
    heavy = ("django", "duckdb", "openpyxl", "docx", "sqlglot", "jinja2", "rich", "yaml", "python_calamine")
    watch = f"import atexit, sys\natexit.register(lambda: print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr))"
    assert _run("--help", start=watch).stderr.strip() == "[]"


def test_chinese_by_default() -> None:
    done = _run("--help")
    assert done.stdout.startswith("用法： taizhang [选项] 命令 [参数]…")
    assert "导入台账文件" in done.stdout
    assert _run("--help", LANG="de_DE.UTF-8").stdout == done.stdout
    wrong = _run("nosuch")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("错误：")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Statements that point the program at a catalogue compiled just now."""
    folder = tmp_path_factory.mktemp("locale")
    target = folder / "en" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (LOCALE / "en" / "LC_MESSAGES" / "taizhang.po").open("rb") as stream, (target / "taizhang.mo").open("wb") as compiled:
        write_mo(compiled, read_po(stream))
    return f"import pathlib, taizhang.i18n as i\ni.LOCALE_DIR = pathlib.Path({str(folder)!r})"


def _chinese(text: str) -> list[str]:
    return [c for c in text if "\u4e00" <= c <= "\u9fff"]


@pytest.mark.parametrize("command", ["", "import", "report", "trace", "pack test"])
def test_english_when_the_environment_asks_for_it(english: str, command: str) -> None:
    done = _run(*command.split(), "--help", start=english, LANG="en_US.UTF-8")
    assert done.stdout.startswith("Usage: taizhang")
    assert not _chinese(done.stdout)


def test_english_failure(english: str, tmp_path: Path) -> None:
    done = _run("-C", str(tmp_path), "verify", start=english, TAIZHANG_LANG="en")
    assert done.returncode == 1
    assert "is not a Taizhang workspace" in done.stderr
    assert not _chinese(done.stderr.replace(str(tmp_path), ""))


@pytest.mark.slow
def test_exit_codes(town: Path, tmp_path: Path) -> None:
    assert _run("-C", str(town), "verify").returncode == 0
    assert _run("-C", str(tmp_path / "none"), "verify").returncode == 1
    path = tmp_path / "错.csv"
    path.write_text("所属年度,村组,户编号,补贴项目\n去年,无此村,H1,稻谷补贴\n", encoding="utf-8")
    refused = _run("-C", str(town), "import", str(path))
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


@pytest.mark.slow
def test_a_pipe_gets_plain_text(town: Path) -> None:
    done = _run("-C", str(town), "figures", "rice_subsidy_area", "--period", "2020", LANG="zh_CN.GBK", PYTHONIOENCODING="gbk")
    assert done.stdout.splitlines()[1] == "稻谷补贴核实申报面积\trice_subsidy_area\t公坪镇\t2020\t13.25\t亩\t"
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_failure_of_ours(town: Path) -> None:
    program = [sys.executable, "-m", "taizhang", "-C", str(town), "pack", "docs"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode("utf-8", "replace")
        process.wait(60)
    assert "Traceback" not in said
    assert "程序出错" not in said
