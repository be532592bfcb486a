"""A workspace's own ledgers: written as YAML into its local pack, checked before they are there, read again by whoever asks next."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from taizhang.errors import Fault, Refusal
from taizhang.files import replacement
from taizhang.pack.build import build_ledger
from taizhang.pack.check import check_pack, ledger_faults
from taizhang.pack.definitions import Ledger, Pack
from taizhang.pack.loader import seal_of
from taizhang.pack.schema import definition_schemas, validate
from taizhang.pack.yaml_lines import read_documents

FOLDER = "ledgers"
_PREFIX = "pack/"


def to_yaml(definition: Mapping[str, Any]) -> str:
    """Return a definition as a file of the pack has it: one line a field, Chinese as it is."""
    lines = []
    for key, value in definition.items():
        if key == "fields":
            lines.append("fields:")
            lines += [f"  {name}: {_flow(field)}" for name, field in value.items()]
        elif key in ("examples", "checks"):
            lines.append(f"{key}:")
            for item in value:
                one = [f"{name}: {_flow(inner)}" for name, inner in item.items()]
                lines += [("  - " if n == 0 else "    ") + text for n, text in enumerate(one)]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes exact decimals as they are."""


_Dumper.add_representer(Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value)))


def _flow(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, default_flow_style=True, width=1 << 20, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def read_ledger(text: str, name: str = "ledger") -> tuple[dict[str, Any] | None, Ledger | None, list[Fault]]:
    """Read the text of one ledger: its plain data, the definition, and what is wrong with its shape."""
    faults: list[Fault] = []
    label = f"{_PREFIX}{FOLDER}/{name}.yaml"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.yaml"
        path.write_text(text, encoding="utf-8")
        nodes = list(read_documents(path, label, faults))
    if len(nodes) != 1 or not isinstance(nodes[0].data, dict) or "ledger" not in nodes[0].data:
        faults = faults or [Fault("definition.kind_unknown", {"allowed": "ledger"}, file=label, row=1)]
        return None, None, faults
    faults += validate(nodes[0], definition_schemas()["ledger"], label)
    if faults:
        return nodes[0].plain(), None, faults
    return nodes[0].plain(), build_ledger(nodes[0], label, faults), faults


def check_ledger(pack: Pack, text: str, replacing: str | None = None) -> tuple[Ledger | None, list[Fault]]:
    """Check a ledger as ``pack check`` would beside the pack's others; ``replacing`` names the own ledger that it takes the place of."""
    _, ledger, faults = read_ledger(text)
    if ledger is None or faults:
        return ledger, faults
    others = {name: one for name, one in pack.ledgers.items() if name != replacing}
    file = f"{_PREFIX}{FOLDER}/{ledger.name}.yaml"
    if ledger.name in others:
        at = others[ledger.name].place
        faults.append(Fault("definition.repeated", {"name": ledger.name, "other": at.file if at else ""}, file=file, column="ledger"))
    if replacing is not None and ledger.name != replacing:
        faults.append(Fault("definition.renamed", {"name": replacing}, file=file, column="ledger"))
    if ledger.name in pack.views or ledger.name in pack.indicators:
        faults.append(Fault("definition.repeated", {"name": ledger.name, "other": ""}, file=file, column="ledger"))
    same = next((one for one in others.values() if one.title == ledger.title), None)
    if same is not None:
        faults.append(Fault("definition.same_title", {"title": ledger.title, "name": same.name}, file=file, column="title"))
    faults += ledger_faults(replace(pack, ledgers={**others, ledger.name: ledger}), ledger)
    return ledger, faults


def own_ledgers(overlay: Path) -> list[str]:
    """Return the names of the ledgers that a workspace has added by files of their own."""
    return sorted(path.stem for path in (overlay / FOLDER).glob("*.yaml"))


def own_text(overlay: Path, name: str) -> str | None:
    """Return the text of an own ledger; None when there is none."""
    path = overlay / FOLDER / f"{name}.yaml"
    return path.read_text(encoding="utf-8") if name in own_ledgers(overlay) else None


def save_ledger(overlay: Path, pack: Pack, text: str, checked: Path, replacing: str | None = None) -> Ledger:
    """Write a ledger into the local pack, where it is live for whoever asks next.

    A new ledger cannot make anything else of the pack wrong, so that its own checks suffice; one that takes another's place is checked with all that
    speaks of it. ``checked`` is where the fingerprint of a pack that has passed is kept.

    Raises ``Refusal`` with every fault; then nothing was written.
    """
    ledger, faults = check_ledger(pack, text, replacing)
    if ledger is None or faults:
        raise Refusal(faults, "pack.refused")
    target = overlay / FOLDER / f"{ledger.name}.yaml"
    if replacing is not None:
        _check_whole(pack, ledger, text)
    target.parent.mkdir(parents=True, exist_ok=True)
    was_checked = checked.is_file() and checked.read_text(encoding="utf-8") == seal_of(pack.name, overlay)
    with replacement(target) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    if was_checked:
        with replacement(checked) as sealed:
            sealed.write_text(seal_of(pack.name, overlay), encoding="utf-8")
    return ledger


def _check_whole(pack: Pack, ledger: Ledger, text: str) -> None:
    """Check everything that may speak of a ledger as if it stood in the place of the one with its name; raises ``Refusal``."""
    mark = hashlib.sha256(f"{pack.fingerprint}\0{text}".encode()).hexdigest()
    if faults := check_pack(replace(pack, ledgers={**pack.ledgers, ledger.name: ledger}, fingerprint=mark)):
        raise Refusal(faults, "pack.refused")
