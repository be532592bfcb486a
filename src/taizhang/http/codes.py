"""Sentences about what is uploaded."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "office.upload_missing": Entry("没有选文件。", "No file was chosen.", "{kinds}", "{kinds}"),
        "office.upload_empty": Entry("“{name}”是空文件。", "“{name}” is empty."),
        "office.upload_too_large": Entry(
            "上传的内容太大，没有接收。", "What was sent is too large and was not taken.", "不超过{limit}", "at most {limit}"
        ),
        "office.upload_kind": Entry("这里不收“{name}”这种文件。", "“{name}” is not a file for this.", "{kinds}", "{kinds}"),
    }
)
