"""`taizhang init DIR` makes a folder that holds a town: settings, database, warehouse, original files, local pack."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError
from taizhang.files import replacement

if TYPE_CHECKING:
    from taizhang.pack import DivisionTree, Pack

SETTINGS = "taizhang.toml"
SECOND_FACTOR = ("required", "offered")
FOLDERS = ("files", "warehouse", "pack", "reports")


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``taizhang.toml`` says; ``database`` may be overruled by the environment's ``DATABASE_URL``."""

    town: str
    title: str
    pack: str = "township"
    database: str = "sqlite"
    hash: str = "sha256"
    second_factor: str = "required"  # of [office]: "required" of roles that ask for one, or "offered" to everybody


class Workspace:
    """A folder that is everything a township has; copy it and you have copied the town."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self._seen: tuple[tuple[int, int], ...] = ()

    @classmethod
    def open(cls, root: Path | str) -> Workspace:
        """Open an existing workspace.

        Raises ``TaizhangError``: ``workspace.missing``, ``workspace.settings_unreadable``.
        """
        path = Path(root).resolve()
        if not (path / SETTINGS).is_file():
            raise TaizhangError("workspace.missing", path=str(root))
        try:
            data = tomllib.loads((path / SETTINGS).read_text(encoding="utf-8"))
            settings = Settings(**{k: str(v) for k, v in {**data["workspace"], **data.get("office", {})}.items()})
        except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise TaizhangError("workspace.settings_unreadable", problem=str(error)) from error
        if settings.second_factor not in SECOND_FACTOR:
            raise TaizhangError("workspace.settings_unreadable", problem=f"second_factor = {settings.second_factor!r}")
        return cls(path, settings)

    @classmethod
    def create(
        cls, root: Path | str, *, town: str, title: str, divisions: Path, database: str = "sqlite", hash_name: str = "sha256"
    ) -> Workspace:
        """Make a new workspace with an empty journal.

        Raises ``TaizhangError`` when the folder is not empty, the division list is faulty or lacks the town.
        """
        from taizhang.pack.divisions import read_divisions

        path = Path(root).resolve()
        if path.exists() and any(path.iterdir()):
            raise TaizhangError("workspace.exists", path=str(root))
        tree = read_divisions(divisions, town)
        if town not in tree:
            raise TaizhangError("workspace.town_unknown", code=town)
        if hash_name not in hashlib.algorithms_available:
            raise TaizhangError("workspace.hash_unavailable", value=hash_name)
        path.mkdir(parents=True, exist_ok=True)
        for folder in FOLDERS:
            (path / folder).mkdir()
        shutil.copyfile(divisions, path / "divisions.csv")
        lines = {"town": town, "title": title, "pack": "township", "database": database, "hash": hash_name}
        body = "".join(f"{key} = {_toml(value)}\n" for key, value in lines.items())
        (path / SETTINGS).write_text("[workspace]\n" + body, encoding="utf-8")
        workspace = cls.open(path)
        workspace.activate()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        return workspace

    @property
    def town(self) -> str:
        """Code of the township."""
        return self.settings.town

    @property
    def database_url(self) -> str:
        """``sqlite`` or a ``postgresql://`` address."""
        return os.environ.get("DATABASE_URL") or self.settings.database

    def path(self, *parts: str) -> Path:
        """Return a path inside the workspace."""
        return self.root.joinpath(*parts)

    @cached_property
    def divisions(self) -> DivisionTree:
        """The divisions that this workspace knows."""
        from taizhang.pack.divisions import read_divisions

        return read_divisions(self.path("divisions.csv"), self.town)

    @cached_property
    def pack(self) -> Pack:
        """The shipped pack with the workspace's own additions laid over it."""
        from taizhang.pack import load_pack

        return load_pack(self.path("pack"), name=self.settings.pack, checked=self.path(".pack-checked"))

    def fresh(self) -> Workspace:
        """Return this workspace, with settings, definitions and divisions as they are when a file of them has changed."""
        watched = (SETTINGS, "divisions.csv", "pack")
        seen = tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in self._files(watched))
        if seen != self._seen:
            self._seen = seen
            self.settings = type(self).open(self.root).settings
            for name in ("divisions", "pack"):
                self.__dict__.pop(name, None)
        return self

    def _files(self, names: tuple[str, ...]) -> list[Path]:
        found = [self.path(name) for name in names if self.path(name).exists()]
        return found + sorted(path for path in self.path("pack").rglob("*") if path.is_file())

    def activate(self) -> None:
        """Make this workspace's database the one of this process; a second workspace replaces the first."""
        from taizhang.workspace.database import activate

        activate(self)

    def store_file(self, source: Path) -> str:
        """Keep a copy of an original file under its SHA-256 and return that; the same content is kept once.

        Raises ``TaizhangError`` (``workspace.disk_full``); then no part of a copy is left.
        """
        digest = hashlib.sha256()
        with source.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        name = digest.hexdigest()
        target = self.path("files", name[:2], name + source.suffix.lower())
        if not target.exists():
            try:
                target.parent.mkdir(exist_ok=True)
                with replacement(target) as part:
                    shutil.copyfile(source, part)
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise TaizhangError("workspace.disk_full", path=str(self.root)) from error
                raise
        return name


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
