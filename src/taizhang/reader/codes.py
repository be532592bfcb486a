"""Sentences about documents that are read, and about what is remarkable in them."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

_FORMS = "一个.docx、.txt、.md、.html文件（装有LibreOffice时还可以是.doc、.wps、.rtf、.odt）"
_FORMS_EN = "a .docx, .txt, .md or .html file (.doc, .wps, .rtf and .odt too where LibreOffice is installed)"
_SAVED = "用Word或WPS打开后另存为.docx"
_SAVED_EN = "open it in Word or WPS and save it as .docx"

register(
    {
        "document.not_found": Entry("找不到文件“{name}”。", "There is no file “{name}”.", _FORMS, _FORMS_EN),
        "document.unreadable": Entry("无法读取“{name}”：{reason}。", "“{name}” cannot be read: {reason}.", _FORMS, _FORMS_EN),
        "document.empty": Entry("“{name}”里没有文字。", "There is no text in “{name}”.", "有文字的文档；扫描件请先识别成文字", "a document with text; a scan must be recognised first"),
        "document.too_large": Entry("“{name}”太大（{size}，上限{limit}），没有打开。", "“{name}” is too large ({size}, limit {limit}) and was not opened.",
                                    "删去图片或分成几个文件", "without its pictures, or in several files"),
        "document.broken": Entry("“{name}”已损坏或不完整，无法读取。", "“{name}” is damaged or incomplete.", _SAVED, _SAVED_EN),
        "document.encrypted": Entry("“{name}”设有密码，无法读取。", "“{name}” is protected by a password.", "取消密码后的文件", "the file without its password"),
        "document.entities": Entry("“{name}”含有不允许的XML声明（DTD或实体），没有打开。", "“{name}” holds a document type declaration and was not opened.", _SAVED, _SAVED_EN),
        "document.not_a_document": Entry("不能读取“{name}”的格式（{kind}）。", "The form of “{name}” ({kind}) is not read.", _FORMS, _FORMS_EN),
        "document.encoding": Entry("无法识别“{name}”的文字编码。", "The encoding of “{name}” is unknown.", "UTF-8、GB18030或UTF-16编码的文本", "text in UTF-8, GB18030 or UTF-16"),
        "document.pdf_missing": Entry("读取PDF文件“{name}”需要另装一个组件（pypdf）。", "Reading the PDF file “{name}” needs the optional package pypdf.",
                                      "安装 taizhang[pdf]，或改用原来的Word文件", "install taizhang[pdf], or take the word-processing file"),
        "document.office_missing": Entry("“{name}”是{kind}格式，这台电脑没有安装LibreOffice，不能直接读取。",
                                         "“{name}” is in the format {kind}, which needs LibreOffice; it is not installed here.", _SAVED, _SAVED_EN),
        "document.conversion_failed": Entry("“{name}”（{kind}格式）没能转换成.docx：{reason}。", "“{name}” ({kind}) could not be converted: {reason}.", _SAVED, _SAVED_EN),
        "document.conversion_slow": Entry("“{name}”（{kind}格式）转换超过{seconds}秒，已停止。", "Converting “{name}” ({kind}) took more than {seconds} s and was stopped.",
                                          _SAVED, _SAVED_EN),
        "document.refused": Entry("没有读取这个文档。", "The document was not read."),
        "document.notice_tracked": Entry("文档带有修订：{insertions}处插入、{deletions}处删除、{moves}处移动（{authors}），按全部接受来读。",
                                         "Tracked changes are read as accepted: {insertions} insertions, {deletions} deletions, {moves} moves ({authors})."),
        "document.notice_bookmark": Entry("文中留有书签“{name}”。", "A bookmark “{name}” was left in the text."),
        "document.notice_hidden": Entry("有{count}处隐藏文字没有读入，第一处是“{excerpt}”。", "{count} stretches of hidden text were not read, the first “{excerpt}”."),
        "document.notice_field": Entry("此处是自动域（{instruction}），显示的可能不是最新结果。", "This is a field ({instruction}); what it shows may be out of date."),
        "document.notice_comment": Entry("已有批注（{author}）：{text}", "There is a comment ({author}): {text}"),
        "document.notice_contents": Entry("目录（{count}行）没有读入。", "The table of contents ({count} lines) was not read."),
        "document.notice_unread": Entry("文档里嵌有{count}个其他文件，没有读入。", "{count} embedded documents were not read."),
        "document.notice_invisible": Entry("文中有{count}个看不见的字符。", "There are {count} invisible characters."),
        "document.notice_repaired": Entry("有{count}处字节不是正确的{encoding}编码，已用“�”代替。", "{count} places are no valid {encoding} and were replaced by “�”."),
        "document.notice_page_numbers": Entry("去掉了{count}个页码。", "{count} page numbers were left out."),
        "document.notice_running": Entry("去掉了{count}行重复的页眉或页脚“{excerpt}”。", "{count} repeated lines at the head or foot of pages, “{excerpt}”, were left out."),
        "document.notice_converted": Entry("文档是{kind}格式，经LibreOffice转换后读取。", "The document is in the format {kind} and was read through LibreOffice."),
    }
)  # fmt: skip
