"""Backup of a workspace while it runs, and its restoration into an empty folder.

The archive is a zip: `manifest.json` first (what each member weighs and its SHA-256, and the head of the journal), then the settings, the
divisions, the local pack, the original files by hash, and the journal with the accounts and the record of reads: a SQLite database as a copy of
one moment, a PostgreSQL database as NDJSON by table. The warehouse is left out: it is rebuilt from the journal.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from taizhang.errors import Fault, TaizhangError
from taizhang.files import replacement
from taizhang.workspace.folder import FOLDERS, SETTINGS, Workspace

FORMAT = 1
_MANIFEST = "manifest.json"
_JOURNAL = "journal/"
_KEPT = ("files", "pack", "reports", "audits")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: journal position and head hash (worth writing down elsewhere), number of members, bytes of the archive."""

    path: Path
    position: int
    head_hash: str
    members: int
    size: int


def backup(workspace: Workspace, target: Path | str) -> Backup:
    """Write a backup of a workspace; imports may go on meanwhile, and what they record later is not in it.

    Raises ``TaizhangError`` (``backup.target_exists``, ``journal.disk_full``); then no file is left at ``target``.
    """
    path = Path(target)
    if path.exists():
        raise TaizhangError("backup.target_exists", path=str(target))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Beside the target: it has the room that a copy of the database needs, where the system's temporary folder may be small.
        with replacement(path) as part, TemporaryDirectory(prefix=".taizhang-backup", dir=path.parent) as folder:
            head = _dump(workspace, Path(folder))
            members = _write(workspace, Path(folder), part, head)
    except OSError as error:
        raise TaizhangError("journal.disk_full", detail=str(error)) from error
    return Backup(path, head["position"], head["hash"], members, path.stat().st_size)


def restore(source: Path | str, target: Path | str, *, database: str | None = None) -> tuple[Workspace, list[Fault]]:
    """Restore a backup into an empty or new folder and verify the journal; return the workspace, active, and what ``verify`` found.

    ``database`` (an address, or ``sqlite``) replaces the one that the backup's settings name; it has to be of the same kind, and a
    PostgreSQL database has to be there and hold no journal. The head must be the one that was backed up. Raises ``TaizhangError``
    (``backup.folder_not_empty``, ``backup.unreadable``, ``backup.member_changed``, ``backup.other_engine``,
    ``backup.database_not_empty``); then the folder is as it was. Run the warehouse's rebuild afterwards.
    """
    root = Path(target)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise TaizhangError("backup.folder_not_empty", path=str(target))
    root.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".taizhang-restore", dir=root.parent) as folder:
        inside = Path(folder) / "town"
        inside.mkdir()
        manifest = _unpack(Path(source), inside)
        if database is not None:
            _set_database(inside / SETTINGS, database)
        for name in FOLDERS:
            (inside / name).mkdir(exist_ok=True)
        dumped = Path(folder) / "journal"
        (inside / _JOURNAL).rename(dumped)
        _load(Workspace.open(inside), dumped, str(manifest["engine"]))
        if root.exists():
            root.rmdir()
        inside.replace(root)
    workspace = Workspace.open(root)
    workspace.activate()
    from taizhang.journal.verify import verify

    return workspace, verify(expect=manifest["head"]["hash"])


def _dump(workspace: Workspace, folder: Path) -> dict[str, Any]:
    """Copy the journal as of one moment into ``folder`` and return engine, position and head hash."""
    from django.db import connection

    from taizhang.journal.engine import dumper, telling

    workspace.activate()
    with telling():
        position, head_hash = dumper(connection.vendor).dump(folder)
    return {"engine": connection.vendor, "position": position, "hash": head_hash}


def _write(workspace: Workspace, dumped: Path, part: Path, head: dict[str, Any]) -> int:
    members = {_JOURNAL + path.name: path for path in sorted(dumped.iterdir())}
    members |= {name: workspace.path(name) for name in (SETTINGS, "divisions.csv") if workspace.path(name).is_file()}
    for name in _KEPT:
        for path in sorted(workspace.path(name).rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                members[path.relative_to(workspace.root).as_posix()] = path
    listed: dict[str, Any] = {}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in members.items():
            listed[name] = _add(archive, name, path)
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "engine": head["engine"],
            "head": {"position": head["position"], "hash": head["hash"]},
            "members": listed,
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    return len(listed)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    info.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as stream, archive.open(info, "w", force_zip64=True) as sink:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            sink.write(block)
    return {"size": size, "sha256": digest.hexdigest()}


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest["format"] != FORMAT or manifest["engine"] not in ("sqlite", "postgresql"):
                raise TaizhangError("backup.unreadable", path=str(source), detail=f"format {manifest['format']}")
            names = archive.namelist()
            strange = sorted(({*names} - {_MANIFEST}) ^ manifest["members"].keys()) or [n for n in names if names.count(n) > 1]
            if strange:
                raise TaizhangError("backup.member_changed", member=strange[0])
            for name, stated in manifest["members"].items():
                _extract(archive, name, stated, folder)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, AttributeError, ValueError, RuntimeError, NotImplementedError) as error:
        raise TaizhangError("backup.unreadable", path=str(source), detail=str(error)) from error
    return dict(manifest)


def _extract(archive: zipfile.ZipFile, name: str, stated: dict[str, Any], folder: Path) -> None:
    """Write one member below ``folder``, never more bytes than the manifest states."""
    where = PurePosixPath(name)
    if where.is_absolute() or ".." in where.parts or "\\" in name or ":" in name:
        raise TaizhangError("backup.member_changed", member=name)
    path = folder.joinpath(*where.parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as stream, path.open("wb") as sink:
            while size <= stated["size"] and (block := stream.read(_BLOCK)):
                digest.update(block)
                size += len(block)
                sink.write(block)
    except (zipfile.BadZipFile, EOFError) as error:
        raise TaizhangError("backup.member_changed", member=name) from error
    if size != stated["size"] or digest.hexdigest() != stated["sha256"]:
        raise TaizhangError("backup.member_changed", member=name)


def _set_database(settings: Path, database: str) -> None:
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("=")[0].strip() != "database"]
    kept.insert(kept.index("[workspace]") + 1, f"database = {json.dumps(database)}")
    settings.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _load(workspace: Workspace, dumped: Path, engine: str) -> None:
    from taizhang.journal.engine import dumper, telling

    if (workspace.database_url == "sqlite") != (engine == "sqlite"):
        raise TaizhangError("backup.other_engine", engine=engine)
    workspace.activate()
    with telling():
        dumper(engine).load(dumped, workspace.path("taizhang.db"))
