"""Pages: Jinja templates with the interface's words, addresses and built assets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from jinja2 import Environment

from taizhang.addresses import address, known_address
from taizhang.clock import SHANGHAI, now
from taizhang.figures.model import plain
from taizhang.i18n import _, language
from taizhang.pack.field_titles import titled
from taizhang.pack.periods import Period

STATIC = Path(__file__).parent.parent / "static"


def page(request: HttpRequest, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Answer with a template."""
    return render(request, template, dict(values or {}), status=status)


def environment(**options: Any) -> Environment:
    """Return the environment of all templates (Django's Jinja2 backend asks for it); text is escaped."""
    made = Environment(**{**options, "autoescape": True}, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - it is on
    made.globals |= {"_": _, "url": address, "url_if": known_address, "asset": asset, "styles": styles, "language": language}
    made.filters |= {"number": number, "day": day, "moment": moment, "period": period_words, "titled": titled}
    return made


def context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows."""
    from taizhang.office.navigation import entries

    workspace = request.workspace  # type: ignore[attr-defined]
    return {
        "now": now(),
        "town": workspace.settings.title,
        "workspace": workspace,
        "sight": request.sight,  # type: ignore[attr-defined]
        "navigation": entries(request),
        "path": request.path,
        "division": lambda code: node.name if (node := workspace.divisions.get(code)) else code,
    }


@lru_cache(maxsize=1)
def _manifest(changed: int) -> dict[str, Any]:
    return dict(json.loads((STATIC / "manifest.json").read_text(encoding="utf-8")))


def _built() -> dict[str, Any]:
    path = STATIC / "manifest.json"
    if not path.is_file():
        raise FileNotFoundError("the front-end assets have not been built: python -m pip install --no-build-isolation --no-deps -e .")
    return _manifest(path.stat().st_mtime_ns)


def asset(source: str) -> str:
    """Return the address of a built script by its source under ``web/``."""
    return f"/static/{_built()[source]['file']}"


def styles(source: str) -> list[str]:
    """Return the addresses of the style sheets of a script and of what it imports."""
    built, found, waiting = _built(), [], [source]
    for name in waiting:
        found += [f"/static/{file}" for file in built[name].get("css", [])]
        waiting += [n for n in built[name].get("imports", []) if n not in waiting]
    return list(dict.fromkeys(found))


def number(value: Decimal | int | str | None) -> str:
    """Return a number with thousands parted, exactly as it is; — for none."""
    if value is None or value == "":
        return "—"
    shown = plain(Decimal(str(value)))
    return f"{shown:,f}"


def day(value: date | None) -> str:
    """Return a day."""
    return value.isoformat() if value else "—"


def moment(value: datetime | None) -> str:
    """Return a moment in China's time, to the minute."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else "—"


def period_words(period: Period) -> str:
    """Return a period as people say it."""
    year, month = period.start.year, period.start.month
    if period.kind == "year":
        return _("{year}年").format(year=year)
    if period.kind == "half":
        return (_("{year}年上半年") if month == 1 else _("{year}年下半年")).format(year=year)
    if period.kind == "quarter":
        return _("{year}年第{number}季度").format(year=year, number=(month + 2) // 3)
    return _("{year}年{month}月").format(year=year, month=month)
