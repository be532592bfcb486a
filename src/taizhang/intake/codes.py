"""Sentences about files, tables and rows."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

_WORKBOOK = "一个.xlsx、.xls、.ods、.csv或JSON文件"
_WORKBOOK_EN = "an .xlsx, .xls, .ods, .csv or JSON file"
_SAVED = "用Excel、WPS或LibreOffice打开后另存为.xlsx，再导入"
_SAVED_EN = "open it in Excel, WPS or LibreOffice, save as .xlsx and import that"

register(
    {
        "file.not_found": Entry("找不到文件“{name}”。", "There is no file “{name}”.", _WORKBOOK, _WORKBOOK_EN),
        "file.unreadable": Entry("无法读取“{name}”：{reason}。", "“{name}” cannot be read: {reason}.", _WORKBOOK, _WORKBOOK_EN),
        "file.empty": Entry("“{name}”里没有内容。", "“{name}” is empty.", _WORKBOOK, _WORKBOOK_EN),
        "file.too_large": Entry("“{name}”太大（{size}，上限{limit}），没有打开。", "“{name}” is too large ({size}, limit {limit}) and was not opened.",
                                "分成几个文件分别导入", "several files, one after another"),
        "file.broken": Entry("“{name}”已损坏或不完整，无法读取。", "“{name}” is damaged or incomplete.", _SAVED, _SAVED_EN),
        "file.encrypted": Entry("“{name}”设有密码，无法读取。", "“{name}” is protected by a password.", "取消密码后的文件", "the file without its password"),
        "file.html": Entry("“{name}”其实是网页表格，不是工作簿。", "“{name}” is really a web page, not a workbook.", _SAVED, _SAVED_EN),
        "file.xml": Entry("“{name}”其实是XML文件，不是工作簿。", "“{name}” is really an XML file, not a workbook.", _SAVED, _SAVED_EN),
        "file.wps": Entry("“{name}”是WPS格式（{suffix}），不能直接导入。", "“{name}” is in WPS's own format ({suffix}).", _SAVED, _SAVED_EN),
        "file.unsupported": Entry("不支持“{name}”的格式（{kind}）。", "The format of “{name}” ({kind}) is not supported.", _SAVED, _SAVED_EN),
        "file.not_a_workbook": Entry("“{name}”不是表格文件。", "“{name}” is not a table.", _WORKBOOK, _WORKBOOK_EN),
        "file.entities": Entry("“{name}”含有不允许的XML实体，没有打开。", "“{name}” holds XML entities and was not opened.", _SAVED, _SAVED_EN),
        "file.encoding": Entry("无法识别“{name}”的文字编码。", "The encoding of “{name}” is unknown.", "UTF-8或GB18030编码的文本", "text in UTF-8 or GB18030"),
        "json.malformed": Entry("“{name}”不是正确的JSON（第{line}行第{column}列）。", "“{name}” is not valid JSON (line {line}, column {column}).",
                                "记录的列表，或每行一条记录", "a list of objects, or one object a line"),
        "json.shape": Entry("“{name}”的JSON不是一张表。", "The JSON of “{name}” is not a table.",
                            '[{{…}}]、{{"ledger": "台账", "rows": [{{…}}]}} 或 {{"台账": [{{…}}]}}', '[{{…}}], {{"ledger": "name", "rows": [{{…}}]}} or {{"name": [{{…}}]}}'),
        "json.repeated_key": Entry("“{name}”的一条记录里“{key}”出现了两次。", "A record of “{name}” has “{key}” twice.", "每个字段一次", "each field once"),
        "json.nested": Entry("值是列表或对象，不是一个值。", "The value is a list or an object.", "文字、数字、true/false或null", "text, a number, true/false or null"),
        "ledger.unknown": Entry("没有名为“{name}”的台账。", "There is no ledger “{name}”.", "台账的代码或名称 {nearest}", "a ledger's name or title {nearest}"),
        "sheet.too_large": Entry("“{name}”里有一张表占到{rows}行{columns}列，超过上限。", "A sheet of “{name}” reaches {rows} rows and {columns} columns.",
                                 "不超过1048576行、{limit}个单元格", "at most 1048576 rows and {limit} cells"),
        "sheet.no_header": Entry("找不到“{ledger}”的表头。", "No heading of “{ledger}” was found.", "一行表头，列名为：{expected}", "a heading with the columns {expected}"),
        "sheet.ambiguous": Entry("表头同时符合几个台账：{ledgers}。", "The heading fits several ledgers: {ledgers}.", "指明台账，或把工作表命名为台账名称",
                                 "name the ledger, or name the sheet after it"),
        "column.unknown": Entry("列“{heading}”不属于这个台账，不会导入{hint}。", "Column “{heading}” does not belong to the ledger and is left out{hint_en}.",
                                "模板中的列名；确认后忽略该列", "a heading of the template; confirm to leave it out"),
        "column.missing": Entry("缺少必填列“{title}”。", "The required column “{title}” is missing.", "表头中有“{title}”一列", "a column “{title}”"),
        "column.repeated": Entry("列“{title}”出现了两次（另一列在{first}）。", "The column “{title}” is there twice (the other in {first}).", "只留一列", "one of them"),
        "column.unit": Entry("列“{title}”不能用单位“{unit}”。", "The column “{title}” cannot be in “{unit}”.", "与该列相符的单位", "a unit that fits the column"),
        "row.required": Entry("“{title}”必须填写。", "“{title}” must be filled in.", "填写后再导入", "a value"),
        "row.repeated": Entry("同一条记录在第{rows}行重复出现（{titles}相同：{key}）。", "The same entry stands in rows {rows} ({titles} equal: {key}).",
                              "每条记录只占一行", "each entry once"),
        "row.repeated_sheet": Entry("同一条记录（{key}）在“{place}”行也有。", "The same entry ({key}) stands in “{place}” too.", "每条记录只占一行", "each entry once"),
        "row.unknown_field": Entry("台账没有字段“{field}”。", "The ledger has no field “{field}”.", "台账定义中的字段名", "a field of the ledger"),
        "ledger.not_yours": Entry("您没有填报“{ledger}”的权限。", "You may not write to “{ledger}”.", "您填报的台账；或去掉这张工作表", "a ledger of yours, or the file without this sheet"),
        "ledger.not_by_people": Entry("“{ledger}”由比对和办理登记，不能填报、导入或改动。", "“{ledger}” is written by comparison and by work on its findings: nobody fills it in, imports it or changes it.",
                                      "在“疑点”页面办理；或去掉这张工作表", "work on the finding; or the file without this sheet"),
        "row.division_outside": Entry("这一行属于“{division}”，不在您填报的范围。", "This row belongs to “{division}”, which is not yours.", "{mine}的记录", "rows of {mine}"),
        "row.entry_elsewhere": Entry("这条记录（{key}）现在属于别的村，您不能改。", "The entry ({key}) stands in another division; you cannot change it.",
                                     "由对方村或站所办理", "the other village or the office to change it"),
        "row.of_comparison": Entry("这条记录由比对登记，“{title}”不能改动。", "Comparison wrote this entry: “{title}” is not changed by hand.",
                                   "在“疑点”页面办理", "work on the finding"),
        "row.of_comparison_withdrawn": Entry("这条记录由比对登记，不能撤销。", "Comparison wrote this entry: nobody withdraws it.", "在“疑点”页面办理", "work on the finding"),
        "cell.formula": Entry("单元格里写的是公式文字“{value}”，不导入。", "The cell holds the text of a formula, “{value}”.", "公式算出的结果，或普通文字", "the formula's result, or plain text"),
        "row.check": Entry("不符合“{title}”。", "“{title}” does not hold.", "使 {expect} 成立", "such that {expect}"),
        "round_trip.not_ours": Entry("“{name}”不是从这里导出、改后交回的文件。", "“{name}” was not exported to be changed and returned.",
                                     "用“导出修改再交回”得到的.xlsx；别的表格用导入", "the .xlsx of that export; import other tables"),
        "round_trip.other_ledger": Entry("这个文件不是台账“{title}”的。", "The file does not belong to “{title}”.", "在那本台账的页面交回", "return it on its own ledger's page"),
        "round_trip.mark_spoilt": Entry("这一行的系统标记被改动，不知道是哪条记录。", "The mark of the row is spoilt; its entry is not known.", "重新导出，或清空标记作为新增", "export again, or empty the mark for a new row"),
        "round_trip.mark_twice": Entry("这一行与第{row}行是同一条记录。", "The row is the same entry as row {row}.", "只留一行；复制出来的行清空标记作为新增", "one of them"),
        "import.refused": Entry("文件有{count}处问题，没有导入任何内容。", "The file has {count} faults; nothing was imported.",
                                "改正后再导入；或用 --partial 只导入正确的行", "mend and import again, or take the good rows with --partial"),
        "import.unconfirmed": Entry("文件有{count}处需要确认，没有导入任何内容。", "The file has {count} warnings to be confirmed; nothing was imported.",
                                    "核对后用 --confirm 确认", "confirm with --confirm after checking"),
    }
)  # fmt: skip
