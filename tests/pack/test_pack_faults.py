"""Bad packs: ``faulty/NAME.yaml`` with, beside it, ``NAME.expected.txt``: a line for each fault, `code line key`, `-` where there is none.

To add one, put the two files there; nothing has to be changed here.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from taizhang.errors import Refusal
from taizhang.pack import load_pack

FOLDER = Path(__file__).parent / "faulty"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def test_there_are_bad_packs() -> None:
    assert len(NAMES) > 30


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_names_file_line_and_key(name: str, tmp_path: Path) -> None:
    shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    with pytest.raises(Refusal) as refused:
        load_pack(root=tmp_path)
    told = [f"{fault.code} {fault.row or '-'} {fault.column or '-'}" for fault in refused.value.faults]
    assert told == (FOLDER / f"{name}.expected.txt").read_text(encoding="utf-8").splitlines()
    assert {fault.file for fault in refused.value.faults} == {f"{name}.yaml"}
    for fault in refused.value.faults:
        assert "{" not in fault.message + fault.accepted
        assert fault.message != fault.code


def test_report_text_that_is_not_utf8(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "report_without_text.yaml", tmp_path)
    (tmp_path / "yearly.txt").write_bytes("报告正文".encode("gb18030"))
    with pytest.raises(Refusal) as refused:
        load_pack(root=tmp_path)
    assert [(f.code, f.file) for f in refused.value.faults] == [("definition.not_utf8", "yearly.txt")]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("unknown_key", "broken_yaml", "not_utf8", "wrong_type"):
        shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    with pytest.raises(Refusal) as refused:
        load_pack(root=tmp_path)
    assert {f.file for f in refused.value.faults} == {"unknown_key.yaml", "broken_yaml.yaml", "not_utf8.yaml", "wrong_type.yaml"}
    assert refused.value.exit_code == 2
