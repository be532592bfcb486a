"""Sentences about what was typed."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "cli.division_unknown": Entry(
            "没有行政单元“{value}”，或名称不唯一。",
            "No division “{value}”, or the name is ambiguous.",
            "区划代码或名称",
            "a code or a name",
        ),
        "cli.moment_unreadable": Entry(
            "看不懂的时间“{value}”。",
            "Unreadable time “{value}”.",
            "流水位置（整数）、2020-12-31 或 2020-12-31T18:00",
            "a journal position, 2020-12-31 or 2020-12-31T18:00",
        ),
        "cli.report_unknown": Entry("没有报告“{value}”。", "There is no report “{value}”.", "{known}", "{known}"),
        "cli.lexicon_unknown": Entry("没有词表“{value}”。", "There is no lexicon file “{value}”.", "{known}", "{known}"),
        "cli.form_unknown": Entry(
            "不能写成“{value}”这种格式。", "Cannot write “{value}” in that form.", ".docx、.html、.json", ".docx, .html, .json"
        ),
        "cli.only_docx": Entry(
            "批注只能写回.docx文件，“{value}”不是。",
            "Comments can only be written into a .docx file, which “{value}” is not.",
            "另存为.docx；或用 --html",
            "save it as .docx, or use --html",
        ),
        "cli.master_without_spark": Entry(
            "--master只在--engine spark时有用。", "--master means something only with --engine spark.", "--engine spark", "--engine spark"
        ),
        "cli.day_unreadable": Entry("看不懂的日期“{value}”。", "Unreadable date “{value}”.", "2020-12-31", "2020-12-31"),
    }
)
