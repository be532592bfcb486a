"""Uploads: bounded before they are read, under safe names, in the workspace's own folder, gone afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from support.staff import hire, signed_in
from taizhang.access.sight import Grant
from taizhang.errors import TaizhangError
from taizhang.http.uploads import incoming, received, safe_name
from taizhang.workspace import Workspace


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("户籍台账.xlsx", "户籍台账.xlsx"),
        ("../../taizhang.toml", "taizhang.toml"),
        ("C:\\Users\\a\\名册.xlsx", "名册.xlsx"),
        (".secret-key", "secret-key"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("名\u202excod.xlsx", "名xcod.xlsx"),
        ("a<b>|c?.csv", "a_b__c_.csv"),
        ("..", "upload"),
        ("", "upload"),
    ],
)
def test_a_name_is_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_long_name_keeps_its_ending() -> None:
    made = safe_name("名" * 300 + ".xlsx")
    assert made.endswith("名.xlsx")
    assert len(made.encode()) <= 180


def request_with(name: str, content: bytes) -> Any:
    return RequestFactory().post("/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_lies_in_the_workspace_while_it_is_worked_with(sqlite_workspace: Workspace) -> None:
    with received(request_with("../名册.csv", b"a,b\n"), "file", (".csv",)) as upload:
        assert upload.path.read_bytes() == b"a,b\n"
        assert (upload.name, upload.size) == ("名册.csv", 4)
        assert upload.path.is_relative_to(sqlite_workspace.path("jobs", ".incoming"))
    assert not upload.path.exists()
    assert incoming(sqlite_workspace).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "office.upload_kind"),
        ("a.xlsx", b"<html>", "office.upload_kind"),
        ("a.csv", b"", "office.upload_empty"),
    ],
)
def test_what_is_no_such_file_is_refused(sqlite_workspace: Workspace, name: str, content: bytes, code: str) -> None:
    with pytest.raises(TaizhangError) as caught, received(request_with(name, content), "file"):
        pytest.fail("it was taken")
    assert caught.value.fault.code == code


def test_no_file_is_told(sqlite_workspace: Workspace) -> None:
    with pytest.raises(TaizhangError) as caught, received(RequestFactory().post("/", {}), "file"):
        pytest.fail("it was taken")
    assert caught.value.fault.code == "office.upload_missing"


def test_a_body_that_says_it_is_too_large_is_not_read(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TAIZHANG_UPLOAD_MB", 2)
    clerk = signed_in(hire(sqlite_workspace, "clerk", Grant("village_clerk", "990128105202")))
    answers = [
        # Nobody may send more than a form; who is signed in, as much as the setting says.
        Client().post("/sign-in/", {"username": "x" * (2 << 20), "password": "y"}),
        clerk.post("/language/", {"file": SimpleUploadedFile("a.csv", b"a" * (4 << 20))}),
        clerk.post("/language/", {"file": SimpleUploadedFile("a.csv", b"a" * (2 << 20)), "language": "zh"}),
    ]
    assert [answer.status_code for answer in answers] == [413, 413, 302]
    assert "太大" in answers[1].content.decode()
    assert not list(Path(sqlite_workspace.path("jobs", ".incoming")).iterdir())
