"""How a failure reaches the user: one sentence, or all faults as a table or JSON; never a traceback."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.i18n import _

DONE, FAILED, REFUSED = 0, 1, 2
SHOWN = 200


def told(work: Callable[[], Any], *, debug: bool = False) -> int:
    """Run ``work`` and return the exit code, having told what went wrong."""
    try:
        result = work()
    except Refusal as refusal:
        show_faults(refusal.faults, headline=str(refusal))
        return REFUSED
    except TaizhangError as error:
        _say(error.fault)
        return error.exit_code
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        click.echo(_("错误：{message}").format(message=error.format_message()), err=True)
        return REFUSED
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("已中止。"), err=True)
        return FAILED
    except BrokenPipeError:
        return FAILED
    except Exception:
        if debug:
            raise
        return _unexpected()
    return result if isinstance(result, int) else DONE


def _unexpected() -> int:
    log = Path(tempfile.gettempdir()) / f"taizhang-{time.strftime('%Y%m%d-%H%M%S')}.log"
    log.write_text(traceback.format_exc(), encoding="utf-8")
    click.echo(_("程序出错，这不是您的输入造成的。详情已记入：") + str(log), err=True)
    return FAILED


def _say(fault: Fault) -> None:
    if _json_wanted():
        click.echo(json.dumps({"faults": [fault.as_dict()]}, ensure_ascii=False, indent=2))
    click.echo(_("错误：{message}").format(message=fault.message), err=True)
    if fault.accepted:
        click.echo(_("可接受：{accepted}").format(accepted=fault.accepted), err=True)


def _json_wanted() -> bool:
    return "--json" in sys.argv


def show_faults(faults: list[Fault], *, headline: str = "") -> None:
    """Print faults: as JSON on standard output when asked for, as a table on standard error otherwise."""
    if _json_wanted():
        click.echo(json.dumps({"faults": [f.as_dict() for f in faults]}, ensure_ascii=False, indent=2))
        return
    from taizhang.cli.output import table_text

    if headline:
        click.echo(headline, err=True)
    rows = [[_where(f), f.title or f.field or "", f.value or "", f.message, f.accepted] for f in faults[:SHOWN]]
    click.echo(table_text([_("位置"), _("列"), _("内容"), _("问题"), _("可接受")], rows, tty=sys.stderr.isatty()), err=True)
    if len(faults) > SHOWN:
        click.echo(_("其余{count}处问题见 --json 或标注文件。").format(count=len(faults) - SHOWN), err=True)


def _where(fault: Fault) -> str:
    cell = f"{fault.column or ''}{fault.row or ''}" if fault.sheet or not fault.file else f"{fault.row or ''} {fault.column or ''}".strip()
    return " ".join(part for part in (fault.file, fault.sheet, cell) if part)
