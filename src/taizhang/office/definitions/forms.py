"""What the form of a definition says: the definition with what was corrected; what the form does not show stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from taizhang.pack.fieldtypes import FIELD_TYPES

_PARTS = re.compile(r"[、,，;；\n]+")
_DATES = ("at", "from", "to")
_SWITCHES = ("required", "name", "personal")


def corrected(data: Mapping[str, Any], form: Mapping[str, str], systems: Mapping[str, int]) -> dict[str, Any]:
    """Return a definition with the corrections of a form; ``systems`` tells the system of an office."""
    found = dict(data)
    for name in ("ledger", "title", "office", "kind", "division", "access"):
        if form.get(name, "").strip():
            found[name] = form[name].strip()
    if form.get("about", "").strip():
        found["about"] = form["about"].strip()
    else:
        found.pop("about", None)
    if found["office"] != data.get("office"):
        found["system"] = systems.get(found["office"], data.get("system", 1))
    wanted = ("at",) if found["kind"] == "event" else ("from", "to")
    for name in _DATES:
        found.pop(name, None)
        if name in wanted and form.get(name):
            found[name] = form[name]
    if form.get("review") == "0":
        found["review"] = False
    else:
        found.pop("review", None)
    fields, key, renamed = _fields(data, form)
    found["fields"], found["key"] = fields, key or list(data.get("key", []))
    for name in ("division", *_DATES):
        if found.get(name) in renamed:
            found[name] = renamed[found[name]]
    return _ordered(found)


def _fields(data: Mapping[str, Any], form: Mapping[str, str]) -> tuple[dict[str, Any], list[str], dict[str, str]]:
    listed: list[tuple[Decimal, str, dict[str, Any], bool]] = []
    renamed: dict[str, str] = {}
    for index, (name, spec) in enumerate(data.get("fields", {}).items()):
        prefix = f"f-{index}-"
        if f"{prefix}title" not in form:
            listed.append((Decimal(index), name, dict(spec), name in data.get("key", [])))
            continue
        if form.get(f"{prefix}drop") == "1":
            continue
        called = form.get(f"{prefix}called", "").strip() or name
        renamed[name] = called
        place = _decimal(form.get(f"{prefix}order", "")) or Decimal(index + 1)
        listed.append((place, called, _field(dict(spec), form, prefix), form.get(f"{prefix}key") == "1"))
    listed.sort(key=lambda item: item[0])
    if form.get("new-title", "").strip():
        taken = {name for _, name, _, _ in listed}
        name = form.get("new-name", "").strip() or next(n for i in range(1, 10_000) if (n := f"field_{i}") not in taken)
        listed.append((Decimal(0), name, {"title": form["new-title"].strip(), "type": form.get("new-type") or "text"}, False))
    key = [name for _, name, _, chosen in listed if chosen]
    old = [renamed.get(name, name) for name in data.get("key", [])]
    key.sort(key=lambda name: old.index(name) if name in old else len(old))
    return {name: spec for _, name, spec, _ in listed}, key, renamed


def _field(spec: dict[str, Any], form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    spec["title"] = form[f"{prefix}title"].strip()
    spec["type"] = form.get(f"{prefix}type") or spec["type"]
    for name in _SWITCHES:
        spec.pop(name, None)
        if form.get(prefix + name) == "1":
            spec[name] = True
    keys = FIELD_TYPES[spec["type"]].keys if spec["type"] in FIELD_TYPES else frozenset()
    written: dict[str, Any] = {
        "choices": [part.strip() for part in _PARTS.split(form.get(f"{prefix}choices", "")) if part.strip()],
        "unit": form.get(f"{prefix}unit", "").strip(),
        "min": _number(form.get(f"{prefix}min", "")),
        "max": _number(form.get(f"{prefix}max", "")),
        "to": form.get(f"{prefix}to", "").strip(),
    }
    for name, value in written.items():
        if f"{prefix}{name}" in form or name not in keys:
            spec.pop(name, None)
            if name in keys and value not in (None, "", []):
                spec[name] = value
    if spec["type"] != "text":
        spec.pop("name", None)
    if "places" not in keys:
        spec.pop("places", None)
    if FIELD_TYPES[spec["type"]].personal if spec["type"] in FIELD_TYPES else False:
        spec.pop("personal", None)
    return spec


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _number(text: str) -> int | Decimal | None:
    found = _decimal(text)
    return int(found) if found is not None and found == found.to_integral_value() else found


_ORDER = (
    "ledger",
    "title",
    "system",
    "office",
    "kind",
    "about",
    "at",
    "from",
    "to",
    "division",
    "key",
    "access",
    "catalogue",
    "review",
    "due",
    "fields",
    "checks",
    "examples",
)


def _ordered(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in _ORDER if name in data} | {name: value for name, value in data.items() if name not in _ORDER}
