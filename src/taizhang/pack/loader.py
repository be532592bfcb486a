"""Read a pack folder, lay a workspace's own additions over it, and check the whole."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from taizhang import __version__
from taizhang.collector import without_collector
from taizhang.errors import Fault, Refusal
from taizhang.files import replacement
from taizhang.pack.audit_build import build_audit_rule, option_faults
from taizhang.pack.build import BUILDERS, build_field, build_report
from taizhang.pack.definitions import AuditRule, Indicator, Ledger, Pack, Parameter, ReportDefinition, Rule, View
from taizhang.pack.divisions import DivisionTree, read_divisions
from taizhang.pack.roles import Role, build_role
from taizhang.pack.rule_build import build_rule, build_view
from taizhang.pack.schema import definition_schemas, validate
from taizhang.pack.yaml_lines import Node, read_documents

SHIPPED = Path(__file__).parent.parent / "packs"
DEMONSTRATION_TOWN = "990128105"
KINDS = ("ledger", "indicator", "parameter", "report", "audit_rule", "view", "rule", "role")
_BUILDERS = {**BUILDERS, "audit_rule": build_audit_rule, "view": build_view, "rule": build_rule, "role": build_role}
_KEPT = 8
_KNOWN: dict[tuple[str, str], Pack] = {}  # a pack is immutable: the same files in the same process are read and checked once


@dataclass
class _Collected:
    """Definitions of one folder by kind and name."""

    ledger: dict[str, Ledger] = field(default_factory=dict)
    indicator: dict[str, Indicator] = field(default_factory=dict)
    parameter: dict[str, Parameter] = field(default_factory=dict)
    report: dict[str, ReportDefinition] = field(default_factory=dict)
    audit_rule: dict[str, AuditRule] = field(default_factory=dict)
    view: dict[str, View] = field(default_factory=dict)
    rule: dict[str, Rule] = field(default_factory=dict)
    role: dict[str, Role] = field(default_factory=dict)
    extensions: list[tuple[str, Node]] = field(default_factory=list)


@without_collector()
def load_pack(overlay: Path | None = None, *, name: str = "township", root: Path | None = None, checked: Path | None = None) -> Pack:
    """Load the shipped pack ``name`` (or the folder ``root``) with an overlay folder laid over it.

    ``checked`` is a file in which the fingerprint of files that have passed every check is kept: the same files are not checked again by the
    same release, which is two thirds of the work. Expressions are checked once more wherever they are used.

    Raises ``Refusal`` with every fault of every file, each with file, line and key.
    """
    base = root or SHIPPED / name
    upper = overlay if overlay is not None and overlay.is_dir() else None
    fingerprint = _fingerprint(base, upper)
    known = _KNOWN.get((name, fingerprint))
    if known is not None:
        return known
    seal = _seal(fingerprint)
    passed = checked is not None and checked.is_file() and checked.read_text(encoding="utf-8") == seal
    faults: list[Fault] = []
    collected = _read_folder(base, "", faults, passed=passed)
    if upper is not None:
        _lay_over(collected, _read_folder(upper, "pack/", faults, passed=passed), faults)
    pack = _pack(name, collected, fingerprint)
    if not passed:
        from taizhang.pack.check import check_pack

        faults += check_pack(pack)
    if faults:
        raise Refusal(faults, "pack.refused")
    if checked is not None and not passed:
        _keep(checked, seal)
    if len(_KNOWN) >= _KEPT:
        _KNOWN.pop(next(iter(_KNOWN)))
    _KNOWN[name, fingerprint] = pack
    return pack


def _pack(name: str, found: _Collected, fingerprint: str) -> Pack:
    return Pack(
        name,
        found.ledger,
        found.indicator,
        found.parameter,
        found.report,
        audit_rules=found.audit_rule,
        views=found.view,
        rules=found.rule,
        roles=found.role,
        fingerprint=fingerprint,
    )


def seal_of(name: str, overlay: Path) -> str:
    """Return what stands in ``checked`` when the pack ``name`` with an overlay as it is now has passed every check."""
    return _seal(_fingerprint(SHIPPED / name, overlay if overlay.is_dir() else None))


def _seal(fingerprint: str) -> str:
    return f"{fingerprint} {__version__}\n"


def _keep(checked: Path, seal: str) -> None:
    # Only a saving of time: where it cannot be written the pack is checked again next time.
    with suppress(OSError), replacement(checked) as part:
        part.write_text(seal, encoding="utf-8")


def _fingerprint(base: Path, overlay: Path | None) -> str:
    """Return the SHA-256 over every definition file and report text, in order."""
    digest = hashlib.sha256()
    for folder, prefix in ((base, ""), *(((overlay, "pack/"),) if overlay else ())):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".txt") and p.is_file()):
            content = path.read_bytes()
            digest.update(f"{prefix}{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def demonstration_divisions() -> DivisionTree:
    """Return the divisions of the demonstration town, in which the worked examples of every pack lie."""
    return read_divisions(SHIPPED / "township" / "divisions.csv", DEMONSTRATION_TOWN)


def _read_folder(base: Path, prefix: str, faults: list[Fault], *, passed: bool) -> _Collected:
    collected = _Collected()
    schemas = {} if passed else definition_schemas()
    # Lexicon and linkage are no definitions: the reader and the comparison read them, by themselves too.
    for path in sorted(p for p in base.rglob("*.yaml") if p.is_file() and p.relative_to(base).parts[0] not in ("lexicon", "linkage")):
        label = prefix + path.relative_to(base).as_posix()
        for node in read_documents(path, label, faults):
            _take(node, label, path, collected, schemas, faults)
    return collected


def _take(node: Node, file: str, path: Path, collected: _Collected, schemas: dict[str, dict[str, Any]], faults: list[Fault]) -> None:
    kind = next((k for k in KINDS if isinstance(node.data, dict) and k in node.data), None)
    if kind is None:
        faults.append(Fault("definition.kind_unknown", {"allowed": "、".join(KINDS)}, file=file, row=node.line))
        return
    if kind == "ledger" and "extends" in node.data and node.data["extends"].data is True:
        collected.extensions.append((file, node))
        return
    found = validate(node, schemas[kind], file) if schemas else []
    if found:
        faults += found
        return
    name = node.data[kind].data
    target = getattr(collected, kind)
    if name in target:
        faults.append(Fault("definition.repeated", {"name": name, "other": target[name].place.file}, file=file, row=node.line, column=kind))
        return
    if kind == "report":
        target[name] = build_report(node, file, _report_text(path.with_name(f"{name}.txt"), Fault("", file=file, row=node.line), faults))
        return
    found = option_faults(node, file) if schemas and kind == "audit_rule" else []
    if found:
        faults += found
        return
    built = _BUILDERS[kind](node, file, faults)
    if built is not None:
        target[name] = built


def _report_text(path: Path, definition: Fault, faults: list[Fault]) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except UnicodeDecodeError:
        label = (PurePosixPath(definition.file or "").parent / path.name).as_posix()
        faults.append(Fault("definition.not_utf8", {}, file=label))
        return ""
    if not text:
        faults.append(replace(definition, code="definition.report_text_missing", params={"name": path.name}, column="report"))
    return text


def _lay_over(base: _Collected, upper: _Collected, faults: list[Fault]) -> None:
    for kind in KINDS:
        getattr(base, kind).update(getattr(upper, kind))
    for file, node in upper.extensions:
        _extend(base, file, node, faults)


def _extend(base: _Collected, file: str, node: Node, faults: list[Fault]) -> None:
    schema = dict(definition_schemas()["ledger"])
    schema["required"] = ["ledger", "fields"]
    found = validate(node, schema, file)
    if found:
        faults.extend(found)
        return
    name = node.data["ledger"].data
    ledger = base.ledger.get(name)
    if ledger is None:
        faults.append(Fault("definition.unknown_ledger", {"name": name}, file=file, row=node.line, column="ledger", value=name))
        return
    extra = {n: build_field(n, v, file) for n, v in node.data["fields"].data.items()}
    base.ledger[name] = replace(ledger, fields={**ledger.fields, **extra})
