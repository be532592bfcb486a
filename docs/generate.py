"""Write ``docs/reference`` out of the code: data dictionary, error codes, commands, field types, lexicon, data interface.

Run ``python docs/generate.py`` with the project's environment; ``tests/docs`` fails while a page is stale.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parent / "reference"
_NOTE = "*本页由 `python docs/generate.py` 根据程序生成，请勿手改。*"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _table(header: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(_cell(c) for c in row) + " |"
    yield ""


def data_dictionary() -> str:
    """Return the data dictionary of the shipped pack."""
    from taizhang.pack import load_pack
    from taizhang.pack.dictionary import dictionary

    return dictionary(load_pack())


_PARTS = {
    "access": "权限",
    "office": "网页",
    "job": "后台任务",
    "api": "数据接口",
    "import": "导入",
    "input": "输入",
    "json": "JSON文件",
    "document": "文档",
    "comment": "批注",
    "links": "对应关系",
    "cell": "单元格",
    "number_truncated": "数字丢失末尾",
    "example": "样例",
    "file": "文件",
    "sheet": "工作表",
    "column": "列",
    "row": "行",
    "ledger": "台账",
    "definition": "定义",
    "expression": "算式",
    "query": "查询",
    "comparison": "比对",
    "journal": "流水",
    "backup": "备份",
    "warehouse": "数据仓",
    "spark": "Spark引擎",
    "figure": "数字",
    "report": "报告",
    "workspace": "工作区",
    "cli": "命令行",
    "division": "行政单元",
    "linkage": "同一人判定",
    "pack": "标准包",
    "period": "时期",
    "round_trip": "导出再导入",
    "review": "审核",
    "ledgers": "台账",
    "edit": "填报",
    "audit": "审稿",
    "jobs": "后台任务",
}


def error_codes() -> str:
    """Return every error code with its sentences, by what the code begins with."""
    from taizhang.error_catalogue import catalogue
    from taizhang.pack.fieldtypes import FIELD_TYPES

    lines = ["# 错误代码", "", _NOTE, ""]
    lines += ["代码固定不变，不再他用；句子可以改进，程序不要按句子判断。`{…}` 处填入具体内容。", ""]
    groups: dict[str, list[list[str]]] = {}
    for code, entry in sorted(catalogue().items()):
        accepted = "<br>".join(text for text in (entry.accepted_zh, entry.accepted_en) if text)
        groups.setdefault(code.partition(".")[0], []).append([f"`{code}`", f"{entry.zh}<br>{entry.en}", accepted])
    for name, rows in groups.items():
        title = FIELD_TYPES[name].title if name in FIELD_TYPES else _PARTS[name]
        lines += [f"## {title} `{name}`", ""]
        lines += _table(["代码", "句子", "可接受"], rows)
    return "\n".join(lines).rstrip() + "\n"


def commands() -> str:
    """Return every command with its arguments and options."""
    import click

    from taizhang.cli import COMMANDS, taizhang

    lines = ["# 命令", "", _NOTE, "", "退出码：0 完成，1 失败，2 拒收输入。`--json` 的输出供程序读取；不在终端上时，表格以制表符分列。", ""]
    lines += ["## `taizhang`", "", *_options(taizhang)]
    context = click.Context(taizhang, info_name="taizhang")
    for name in COMMANDS:
        command = taizhang.get_command(context, name)
        assert command is not None
        lines += _command(command, f"taizhang {name}", "##")
    return "\n".join(lines).rstrip() + "\n"


def _command(command: Any, name: str, level: str) -> Iterator[str]:
    import click

    arguments = " ".join(p.metavar or str(p.name).upper() for p in command.params if isinstance(p, click.Argument))
    yield f"{level} `{name}{' ' + arguments if arguments else ''}`"
    yield ""
    if command.help:
        yield command.help
        yield ""
    yield from _options(command)
    if isinstance(command, click.Group):
        for inner, found in command.commands.items():
            yield from _command(found, f"{name} {inner}", level + "#")


def _options(command: Any) -> Iterator[str]:
    import click

    rows = []
    for option in command.params:
        if not isinstance(option, click.Option) or (option.is_flag and option.name == "help"):
            continue
        value = "" if option.is_flag else f" {option.metavar or _choices(option)}"
        standing = (
            []
            if option.default in (None, False, (), "") or "UNSET" in repr(option.default) or not option.show_default
            else [f"默认 {option.default}"]
        )
        marks = (["必填"] if option.required else []) + (["可重复"] if option.multiple else []) + standing
        rows.append([f"`{', '.join(option.opts)}{value}`", option.help or "", "，".join(marks)])
    if rows:
        yield from _table(["选项", "作用", "说明"], rows)


def _choices(option: Any) -> str:
    import click

    return " / ".join(option.type.choices) if isinstance(option.type, click.Choice) else ""


_SAMPLES: dict[str, list[Any]] = {
    "text": ["公坪社区张家院子 "],
    "long_text": ["第一段\n第二段"],
    "choice": ["甲"],
    "reference": ["H 0001"],
    "attachment": ["照片01.jpg"],
    "id_number": ["990128 19650312 0011", "990128196503120012"],
    "credit_code": ["91990128MA00000000"],
    "bank_card": ["6222 0200 0000 0000 000"],
    "telephone": ["139-0000-0001", "0745-6822345"],
    "plate": ["湘N12345"],
    "division": ["公坪社区3组", "990128105201"],
    "money": ["89.3万元", "1,234.50元", Decimal("0.1")],
    "area": ["3.2亩", "2公顷", "800平方米"],
    "mass": ["2.5吨", "1000斤"],
    "volume": ["1.2万方"],
    "number": ["1,200.5"],
    "percentage": ["98.5%", "98.5"],
    "count": ["1.2万", "三"],
    "yes_no": ["是", "√", "否"],
    "date": ["2020年3月1日", "2020.3.1", "20.3.1"],
    "month": ["2020年3月"],
    "year": ["2020年度"],
    "timestamp": ["2020年7月3日8时30分"],
}
_KEYS = ("title", "type", "required", "personal", "aliases", "help", "example", "default")


def field_types() -> str:
    """Return every field type: what a cell may hold, which keys its definition may have, how examples are read."""
    from datetime import date

    from taizhang.pack.definitions import Field
    from taizhang.pack.fieldtypes import FIELD_TYPES, Context, read_value, shown_text
    from taizhang.pack.loader import demonstration_divisions

    context = Context(divisions=demonstration_divisions(), today=date(2021, 1, 31))
    lines = ["# 字段类型", "", _NOTE, ""]
    lines += ["每种类型都可以写：" + "、".join(f"`{key}`" for key in _KEYS) + "；下面“可用的键”是该类型另有的。", ""]
    for kind in FIELD_TYPES.values():
        field = Field(kind.name, kind.title, kind.name, choices=("甲", "乙") if kind.name == "choice" else ())
        lines += [f"## {kind.title} `{kind.name}`", "", kind.describe(field), ""]
        facts = [f"数据仓列：`{kind.sql_type(field)}`"]
        facts += ["可用的键：" + "、".join(f"`{key}`" for key in sorted(kind.keys))] if kind.keys else []
        facts += ["个人信息，默认遮盖"] if kind.personal else []
        lines += ["；".join(facts) + "。", ""]
        rows = []
        for raw in _SAMPLES[kind.name]:
            reading = read_value(field, raw, context)
            told = "；".join(f"{fault.message}（`{fault.code}`）" for fault in reading.faults)
            rows.append(
                [
                    f"`{shown_text(raw)!r}`".replace("'", ""),
                    f"`{reading.value!r}`".replace("'", "") if reading.value is not None else "—",
                    told,
                ]
            )
        lines += _table(["填写", "存为", "提示"], rows)
    return "\n".join(lines).rstrip() + "\n"


_SHAPES = {"array": "列表", "object": "对照表", "string": "文字", "integer": "整数", "number": "数", "boolean": "true/false"}


def lexicon() -> str:
    """Return every lexicon file: what it holds, its keys, an example of a local addition."""
    from taizhang.reader.lexicon import shipped
    from taizhang.reader.lexicon_schema import lexicon_schemas

    words = shipped()
    lines = ["# 词表", "", _NOTE, ""]
    lines += ["读报告的词都在标准包的 `lexicon` 文件夹里，一个文件一类，不写在程序里。", ""]
    lines += ["县、乡镇增加自己的词：在工作区的 `pack/lexicon` 里放同名文件，只写要增加的。列表接在后面，对照表逐键合并，单个值替换原值；"]
    lines += ["不写值的键不改变什么。只能增加和改值，不能删除。改动下次读取时生效。", ""]
    lines += ["- 词用简体字写即可：正文和词表里的繁体字读前都化为简体，原文照旧显示。"]
    lines += ["- 纯数字的词要加引号；正则表达式用单引号，只用不捕获的分组 `(?:…)`。"]
    lines += ["- `taizhang pack check` 检查标准包和本地的词表，错在哪个文件、哪一行、哪个键都会说明；"]
    lines += ["  `taizhang pack schema units` 给出 `units.yaml` 的 JSON Schema，供编辑器使用。", ""]
    for name, schema in lexicon_schemas().items():
        lines += [f"## {schema['title']} `{name}.yaml`", "", schema["description"], ""]
        rows = [[f"`{key}`", *_key(inner, words[name][key])] for key, inner in schema["properties"].items()]
        lines += _table(["键", "写成", "含义", "标准包"], rows)
        lines += ["本地增加，例如：", "", "```yaml", f"# pack/lexicon/{name}.yaml", schema["examples"][0].rstrip("\n"), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _key(schema: dict[str, Any], shipped: Any) -> list[str]:
    """Return how a key is written, what it means with the keys below it, and how much of it ships."""
    about = schema.get("description", "")
    below = schema if "properties" in schema else next((s for s in _below(schema) if s.get("properties")), {})
    told = [f"`{key}` {inner.get('description', '')}{_allowed(inner)}" for key, inner in _named(below)]
    count = f"{len(shipped)}项" if isinstance(shipped, dict | list) else f"`{shipped}`"
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    return [_SHAPES[kind], "<br>".join([about, *told]), count]


def _named(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, inner in schema.get("properties", {}).items():
        yield key, inner
        for deeper in _below(inner):
            yield from ((f"{key}…{k}", s) for k, s in deeper.get("properties", {}).items())


def _below(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [*schema.get("patternProperties", {}).values(), *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]


def _allowed(schema: dict[str, Any]) -> str:
    return f"（{'、'.join(map(str, schema['enum']))}）" if len(schema.get("enum", ())) > 3 else ""


def interface() -> str:
    """Return every operation of the data interface and every shape that it takes or answers."""
    from taizhang.serving.configuration import configure

    configure("only to describe the interface, of no worth to anybody 0123456789")
    from taizhang.api.description import told_operations, told_shapes
    from taizhang.api.interface import interface as described

    description = described.get_openapi_schema()
    lines = [
        "# 数据接口",
        "",
        _NOTE,
        "",
        "用法见[怎样调用数据接口](../how-to/api.md)。同样的内容以 OpenAPI 写在 `/api/v1/openapi.json`。",
        "",
    ]
    lines += ["带 `*` 的参数必填。每个写入请求都可以带请求头 `Idempotency-Key`。", ""]
    tag = ""
    for one in told_operations(description):
        if one["tag"] != tag:
            tag = one["tag"]
            lines += [f"## {tag}", ""]
        lines += [f"### {one['summary']} `{one['method']} {one['path']}`", "", one["description"], ""]
        rows = [
            [f"`{p['name']}`{'*' if p['required'] else ''}", p["place"], f"`{p['type']}`", p["about"]]
            for p in one["parameters"]
            if p["name"] != "Idempotency-Key"
        ]
        lines += _table(["参数", "位置", "类型", "说明"], rows) if rows else []
        lines += [
            "答复：" + "，".join(f"`{status}`{' ' + shape if shape and shape != 'Problem' else ''}" for status, shape in one["answers"]),
            "",
        ]
    lines += ["## 结构", ""]
    for name, about, rows in told_shapes(description):
        lines += [f"### `{name}`", "", *([about, ""] if about else [])]
        lines += _table(["字段", "类型", "说明"], [[f"`{field}`", f"`{kind}`", words] for field, kind, words in rows])
    return "\n".join(lines).rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
    "error-codes.md": error_codes,
    "commands.md": commands,
    "field-types.md": field_types,
    "lexicon.md": lexicon,
    "api.md": interface,
}


def main() -> None:
    """Write every page."""
    os.environ["TAIZHANG_LANG"] = "zh"  # before the commands are loaded: their help is translated then
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
