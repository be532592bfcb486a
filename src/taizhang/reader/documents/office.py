"""Older forms of documents, converted by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from taizhang.reader.documents.docx import open_docx
from taizhang.reader.documents.model import Document, Kind, Notice
from taizhang.reader.documents.refusing import refuse

_SECONDS = 90
_PROGRAMS = ("soffice", "libreoffice", "soffice.com")
_USUAL_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
# The file comes from outside: no macro runs, no link is followed.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def office_program() -> str | None:
    """Return the program of LibreOffice, or None where it is not installed."""
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found:
            return found
    return next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def read_converted(data: bytes, name: str, kind: Kind, seconds: float = _SECONDS) -> Document:
    """Return the text of a .doc, .wps, .rtf, .odt or Word XML file by way of .docx.

    Raises ``Refusal`` (``document.office_missing``, ``document.conversion_failed``, ``document.conversion_slow`` and those of a .docx).
    """
    program = office_program()
    if program is None:
        raise refuse("document.office_missing", name, kind=kind.upper())
    with tempfile.TemporaryDirectory(prefix="taizhang-", ignore_cleanup_errors=True) as folder:
        converted = _converted(program, Path(folder), data, name, kind, seconds)
    document = open_docx(converted, name).document
    # Places in a file that is gone lead nowhere.
    return replace(document, kind=kind, places=(), notices=(Notice("converted", None, None, {"kind": kind.upper()}), *document.notices))


def _converted(program: str, folder: Path, data: bytes, name: str, kind: Kind, seconds: float) -> bytes:
    source, profile, target = folder / f"document.{kind}", folder / "profile", folder / "out"
    source.write_bytes(data)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(target), str(source),
    ]  # fmt: skip
    try:
        told = _run(command, folder, seconds)
    except subprocess.TimeoutExpired as error:
        raise refuse("document.conversion_slow", name, kind=kind.upper(), seconds=int(seconds)) from error
    except OSError as error:
        raise refuse("document.conversion_failed", name, kind=kind.upper(), reason=error.strerror or error) from error
    result = target / "document.docx"
    if not result.is_file():
        raise refuse("document.conversion_failed", name, kind=kind.upper(), reason=told or "LibreOffice")
    return result.read_bytes()


def _run(command: list[str], folder: Path, seconds: float) -> str:
    """Run a command in a group of its own, end the whole group when it takes too long, and return its last line."""
    process = subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the arguments are ours
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except BaseException:
        _end(process)
        raise
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200].replace(str(folder), "") if lines else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
