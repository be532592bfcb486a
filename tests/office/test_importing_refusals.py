"""Files that are no good or mean harm: each is answered with a sentence that says why, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from taizhang.intake.limits import Limits
from taizhang.journal import read

HEAD = "报道编号,村,标题,刊发媒体,媒体级别,作者,刊发日期"
ROW = "XW00001,桐木村,村里修好了路,县融媒体中心,县级,唐敏,2020-03-01"


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEAD, ROW):
        sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def bomb() -> bytes:
    """Some kilobytes that unpack to 60 MB."""
    return rezipped(
        workbook(), lambda parts: parts.update({SHEET: parts[SHEET].replace(b"</sheetData>", b" " * (60 << 20) + b"</sheetData>")})
    )


def far() -> bytes:
    """A sheet that declares and uses the last cell that there is: 17 thousand million cells."""
    cell = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    return rezipped(workbook(), lambda parts: parts.update({SHEET: parts[SHEET].replace(b"</sheetData>", cell)}))


def declared() -> bytes:
    """An archive whose directory promises a sheet of 2 GB."""
    content = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        real = archive.getinfo(SHEET).file_size
    place = content.rfind(b"PK\x01\x02", 0, content.rfind(SHEET.encode()))
    assert int.from_bytes(content[place + 24 : place + 28], "little") == real
    content[place + 24 : place + 28] = (2 << 30).to_bytes(4, "little")
    return bytes(content)


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", XXE + b"<w>&e;</w>")
    return out.getvalue()


def entities() -> bytes:
    return rezipped(workbook(), lambda parts: parts.update({SHEET: XXE + parts[SHEET].partition(b"?>")[2]}))


def encrypted() -> bytes:
    # What Excel writes for a workbook with a password: a compound file that holds an encrypted package.
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


@pytest.fixture
def clerk(client_of: Callable[..., Client]) -> Client:
    return client_of("village_clerk", "990128105202", username="cunguan")


CASES = {
    "bomb": ("新闻.xlsx", bomb, "太大"),
    "far": ("新闻.xlsx", far, "超过上限"),
    "declared": ("新闻.xlsx", declared, "太大"),
    "docx": ("新闻.xlsx", docx, "不是表格文件"),
    "entities": ("新闻.xlsx", entities, "XML实体"),
    "encrypted": ("新闻.xls", encrypted, "设有密码"),
    "formula": ("新闻报道.csv", lambda: f"{HEAD}\n{ROW.replace('村里修好了路', '=cmd|/C calc!A0')}\n".encode(), "公式文字"),
    "hyperlink": ("新闻报道.csv", lambda: f"{HEAD}\n{ROW.replace('村里修好了路', '@SUM(A1)')}\n".encode(), "公式文字"),
    "picture": ("照片.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "不收"),
    "program": ("程序.exe", lambda: b"MZ" + bytes(100), "不收"),
    "empty": ("空.csv", lambda: b"", "空文件"),
    "broken": ("坏.xlsx", lambda: workbook()[:3000], "损坏"),
    "web": ("网页.xls", lambda: "<html><table><tr><td>报道编号</td></tr></table></html>".encode(), "网页表格"),
    "no zip": ("改名.xlsx", lambda: ROW.encode(), "不收"),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_with_a_sentence(clerk: Client, name: str) -> None:
    file, make, told = CASES[name]
    answer = clerk.post("/import/", {"file": SimpleUploadedFile(file, make())}, follow=True)
    page = answer.content.decode()
    assert answer.status_code in (200, 413, 415, 422, 400), answer.status_code
    assert told in page
    assert "Traceback" not in page
    assert read.position() == 0
    assert read.submissions() == []


def test_no_file_at_all(clerk: Client) -> None:
    assert "没有选文件" in clerk.post("/import/", {}).content.decode()


def test_a_body_that_is_too_large_is_not_read(clerk: Client) -> None:
    answer = clerk.post("/import/", data=b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 << 30))
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()


def test_the_limits_are_those_of_the_reader() -> None:
    assert Limits().unpacked_bytes < 2 << 30
