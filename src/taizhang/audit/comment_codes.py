"""Sentences about comments that are written into documents."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

_SAVED = "用Word或WPS打开后另存为.docx"
_SAVED_EN = "open it in Word or WPS and save it as .docx"

register(
    {
        "comment.not_docx": Entry("“{name}”不是.docx文件，不能写入批注。", "“{name}” is no .docx file; comments cannot be written into it.", _SAVED, _SAVED_EN),
        "comment.unwritable": Entry("无法写入“{name}”：{reason}。", "“{name}” cannot be written: {reason}.", "另选一个位置", "another place"),
        "comment.same_file": Entry("批注不能写回原文件“{name}”。", "Comments are never written into the user's own file “{name}”.", "另取一个文件名", "another name"),
        "comment.no_place": Entry("“{name}”的正文里没有可以加批注的段落。", "The body of “{name}” has no paragraph for a comment.",
                                  "正文里有文字的文档", "a document with text in its body"),
        "comment.at_textbox": Entry("（文本框中的“{excerpt}”）", "(“{excerpt}” in a text box) "),
        "comment.at_header": Entry("（页眉中的“{excerpt}”）", "(“{excerpt}” in the header) "),
        "comment.at_footer": Entry("（页脚中的“{excerpt}”）", "(“{excerpt}” in the footer) "),
        "comment.at_footnote": Entry("（脚注中的“{excerpt}”）", "(“{excerpt}” in a footnote) "),
        "comment.at_endnote": Entry("（尾注中的“{excerpt}”）", "(“{excerpt}” in an endnote) "),
    }
)  # fmt: skip
