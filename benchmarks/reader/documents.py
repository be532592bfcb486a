"""A report of ten pages as .docx, and what auditing it against a town's ledgers takes: ``python documents.py NAME FOLDER`` in a fresh process."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

PAGE = 22 * 28  # characters of a full page as official documents are set: 22 lines of 28
PAGES = 10
REPORT, OTHER = "report.docx", "other.docx"


def write_documents(folder: Path, text: str) -> None:
    """Write a document, and last year's, which only has everything loaded before the clock starts."""
    from docx import Document

    for name, written in ((REPORT, text), (OTHER, text.replace("2019", "2018").replace("2020", "2019"))):
        document = Document()
        for number, line in enumerate(written.split("\n")):
            heading = 0 if number == 0 else 1 if line[1:2] == "、" and len(line) < 30 else None
            if heading is None:
                half = len(line) // 2
                paragraph = document.add_paragraph()
                paragraph.add_run(line[:half])  # word processors part what looks like one piece
                paragraph.add_run(line[half:])
            else:
                document.add_heading(line, heading)
        document.save(str(folder / name))


def write_town(folder: Path) -> str:
    """Build the demonstration town and return its yearly report."""
    from benchmarks.audit.slips import build_town, open_town

    town = open_town(build_town(folder / "town"))
    text = town.text
    town.snapshot.close()
    return text


def opened(folder: Path) -> dict[str, float]:
    """Open the document and read it; both, and opening alone."""
    from taizhang.reader import read_text
    from taizhang.reader.documents import read_document

    read_text(read_document(folder / OTHER).text)
    started = time.process_time()
    document = read_document(folder / REPORT)
    alone = time.process_time() - started
    reading = read_text(document.text)
    return {
        "cpu_seconds": time.process_time() - started,
        "opening": alone,
        "found": len(reading.quantities),
        "characters": len(document.text),
    }


def audited(folder: Path) -> dict[str, float]:
    """Open the document, read it, link its figures, ask the ledgers, run the rules; by an auditor that has audited last year's before."""
    from taizhang.audit.auditing import audit_as_dict
    from taizhang.cli.auditing import audited as auditing
    from taizhang.reader.documents import read_document

    begun = time.perf_counter()
    with auditing(folder / "town", None, None) as auditor:
        auditor.audit(read_document(folder / OTHER))
        loaded = time.perf_counter() - begun
        started, began = time.perf_counter(), time.process_time()
        audit = auditor.audit(read_document(folder / REPORT))
        taken, worked = time.perf_counter() - started, time.process_time() - began
        found = audit_as_dict(audit)
    linked = sum(1 for link in audit.links if link.indicator)
    return {
        "seconds": taken, "cpu_seconds": worked, "load": loaded, "found": len(audit.reading.quantities), "linked": linked, "findings": len(found["findings"]),
        "characters": len(audit.document.text),
    }  # fmt: skip


def main() -> None:
    """Run a way and print its measures."""
    folder = Path(sys.argv[2])
    print(json.dumps({"opened": opened, "audited": audited}[sys.argv[1]](folder)))


if __name__ == "__main__":
    main()
