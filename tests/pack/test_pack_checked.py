"""Files that have passed every check are not checked again, and anything else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from taizhang.errors import Refusal
from taizhang.pack import Pack, loader

GOOD = """parameter: extra_rate
title: 另加标准
unit: 元
values: {2020-01-01: 5}
examples: [{on: 2020-01-01, gives: 5}, {on: 2019-01-01, gives: null}]
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "rate.yaml").write_text(GOOD, encoding="utf-8")
    return folder


def load(overlay: Path, checked: Path) -> Pack:
    """Load the additions to a pack that has nothing else, as a new process would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "_KNOWN", {})
        return loader.load_pack(overlay, root=overlay.with_name("nothing"), checked=checked)


def test_same_files_give_the_same_pack_with_and_without_the_checks(overlay: Path, tmp_path: Path) -> None:
    checked = tmp_path / "checked"
    first = load(overlay, checked)
    seal = checked.read_text(encoding="utf-8")
    assert first.fingerprint in seal
    assert load(overlay, checked) == first


def test_a_changed_file_is_checked(overlay: Path, tmp_path: Path) -> None:
    checked = tmp_path / "checked"
    load(overlay, checked)
    (overlay / "rate.yaml").write_text(GOOD.replace("unit: 元", "unitt: 元"), encoding="utf-8")
    with pytest.raises(Refusal) as told:
        load(overlay, checked)
    assert {f.code for f in told.value.faults} == {"definition.key_unknown", "definition.key_missing"}
