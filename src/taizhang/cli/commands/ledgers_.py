"""``taizhang ledgers``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _


@click.command(help=_("列出台账；给出台账代码则列出它的字段。"))
@click.argument("name", required=False, metavar=_("[台账]"))
@json_option
@click.pass_obj
def command(directory: Path, name: str | None, as_json: bool) -> None:
    """List ledgers, or the fields of one."""
    from taizhang.cli.context import pack_of
    from taizhang.errors import TaizhangError
    from taizhang.pack.fieldtypes import FIELD_TYPES

    pack = pack_of(directory)
    if name is None:
        ledgers = sorted(pack.ledgers.values(), key=lambda x: x.system)
        if as_json:
            print_json([{"ledger": x.name, "title": x.title, "system": x.system, "office": x.office, "kind": x.kind} for x in ledgers])
            return
        print_table([_("台账"), _("代码"), _("归口"), _("系统")], [[x.title, x.name, x.office, x.system] for x in ledgers])
        return
    if name not in pack.ledgers:
        raise TaizhangError("definition.unknown_ledger", name=name)
    fields = pack.ledgers[name].fields.values()
    if as_json:
        print_json([{"field": f.name, "title": f.title, "type": f.type, "required": f.required, "personal": f.personal} for f in fields])
        return
    rows = [[f.title, f.name, FIELD_TYPES[f.type].title, _("必填") if f.required else "", FIELD_TYPES[f.type].describe(f)] for f in fields]
    print_table([_("字段"), _("代码"), _("类型"), _("标记"), _("可填内容")], rows)
