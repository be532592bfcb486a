"""A file is replaced whole or stays as it was, also by many at once; nothing is left beside it."""

from __future__ import annotations

import errno
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from taizhang.comparison import kept_files
from taizhang.files import replacement


def test_what_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text("before", encoding="utf-8")

    def full() -> None:
        with replacement(path) as part:
            part.write_text("hal", encoding="utf-8")
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        full()
    assert path.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["divisions.csv"]


def test_threads_of_one_process_do_not_take_each_others_part(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    texts = [{"text": f"第{n}个" * 50_000} for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda data: kept_files.write(path, data), texts))
    assert json.loads(path.read_text(encoding="utf-8")) in texts
    assert [p.name for p in tmp_path.iterdir()] == ["kept.json"]
