"""``taizhang verify``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _

SHOWN = 40  # one screen; one change by hand may be followed by thousands of broken links


@click.command(help=_("校验流水：逐行核对散列链，指出被改、被删、被调换的行。"))
@click.option("--expect", metavar=_("散列值"), help=_("与另处记下的链尾散列值核对"))
@json_option
@click.pass_obj
def command(directory: Path, expect: str | None, as_json: bool) -> int:
    """Walk the whole journal and name what is wrong."""
    from taizhang.cli.context import workspace_of

    workspace_of(directory)
    from taizhang.journal import read
    from taizhang.journal.verify import verify

    found = verify(expect=expect)
    position, head = read.position(), read.head_hash()
    if as_json:
        print_json({"position": position, "head": head, "faults": [f.as_dict() for f in found]})
    elif found:
        print_table([_("问题"), _("说明")], [[f.code, f.message] for f in found[:SHOWN]])
        if len(found) > SHOWN:
            click.echo(_("其余{count}处见 --json。").format(count=len(found) - SHOWN))
        click.echo(_("流水有{count}处不符。").format(count=len(found)))
    else:
        click.echo(_("流水完整：共{position}行，链尾 {head}").format(position=position, head=head))
    return 1 if found else 0
