"""Files beside the columns that only save time: whoever lacks one works it out again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def write(path: Path, data: Mapping[str, Any]) -> bool:
    """Replace a file by data as JSON and say whether that could be done; a folder that cannot be written only costs time."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
        return True
    return False
