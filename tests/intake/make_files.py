"""Make the awkward files in `files/` and what is expected of each: `python tests/intake/make_files.py`.

Everything is written by hand in `awkward_*.py`, the expectation too: nothing in an `.expected.yaml` comes from the code under test.
LibreOffice is used where it is installed; the files that it made are kept otherwise. Identity numbers have region 990128, which is not assigned.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import awkward_formats  # noqa: F401 - both enter their cases
import awkward_sheets  # noqa: F401
import yaml
from awkward_case import CASES

FILES = Path(__file__).parent / "files"

LIBRE = {
    "70_libreoffice.ods": ("20_merged_villages.xlsx", "ods"),
    "71_libreoffice.xls": ("20_merged_villages.xlsx", "xls"),
    "72_libreoffice.xlsx": ("03_two_line_heading.xlsx", "xlsx"),
    "73_libreoffice_two_line.ods": ("03_two_line_heading.xlsx", "ods"),
    "74_libreoffice_gb18030.csv": ("01_plain.xlsx", "csv"),
}


def convert(name: str, source: str, kind: str) -> None:
    """Let LibreOffice write one of our files in another format."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return
    filters = {"csv": "csv:Text - txt - csv (StarCalc):44,34,GB18030", "xls": "xls:MS Excel 97"}
    with tempfile.TemporaryDirectory() as folder:
        command = [
            office,
            "--headless",
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--convert-to",
            filters.get(kind, kind),
        ]
        out = Path(folder) / "out"
        subprocess.run([*command, "--outdir", str(out), str(FILES / source)], check=True, capture_output=True)
        shutil.copyfile(out / (Path(source).stem + "." + kind), FILES / name)


def main() -> None:
    """Write every file and its expectation."""
    FILES.mkdir(exist_ok=True)
    for name, (maker, expected) in CASES.items():
        maker(FILES / name)
        write_expected(name, expected)
    for name, (source, kind) in LIBRE.items():
        convert(name, source, kind)
        write_expected(name, CASES[source][1])


def write_expected(name: str, expected: dict[str, Any]) -> None:
    text = yaml.safe_dump(expected, allow_unicode=True, sort_keys=False, width=160, default_flow_style=None)
    (FILES / f"{name}.expected.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
