"""Files beside the columns that only save time: whoever lacks one works it out again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from taizhang.files import replacement


def write(path: Path, data: Mapping[str, Any]) -> bool:
    """Replace a file by data as JSON and say whether that could be done; a folder that cannot be written only costs time."""
    with suppress(OSError):
        with replacement(path) as part:
            part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return True
    return False
