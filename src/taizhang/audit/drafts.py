"""Drafts that people have audited, kept in the workspace: ``audits/ID/`` holds the file as it came, what was found, the commented copy.

A draft is its owner's: nobody else sees it. The choices of indicators are the town's (``audits/links.json``, the file that ``taizhang audit --links``
reads), so that what one has said of a wording holds for all.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.audit.links_file import Choice, SavedLinks, read_links, write_links
from taizhang.errors import TaizhangError
from taizhang.files import replacement
from taizhang.reader import Lexicon, load_lexicon
from taizhang.reader.documents import Document, read_document
from taizhang.warehouse.lock import locked

if TYPE_CHECKING:
    from taizhang.workspace.folder import Workspace

FOLDER = "audits"
_META, _FOUND = "meta.json", "found.json"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Draft:
    """An uploaded draft; ``name`` and ``previous`` are file names as they came."""

    id: str
    name: str
    by: str
    at: datetime
    year: int | None
    previous: str
    folder: Path

    @property
    def document(self) -> Document:
        """The draft as it was read; raises ``Refusal`` when it is no readable document."""
        return read_document(self.source)

    @property
    def source(self) -> Path:
        """The file as it came."""
        return self.folder / "draft" / self.name

    @property
    def before(self) -> Document | None:
        """Last year's report, where one was given."""
        return read_document(self.folder / "previous" / self.previous) if self.previous else None

    @property
    def commented(self) -> Path | None:
        """The commented copy; None before the audit, or where the draft is no .docx."""
        path = self.folder / f"commented{self.source.suffix}"
        return path if path.is_file() else None

    @property
    def found(self) -> dict[str, Any] | None:
        """What the last audit found, as ``do_keep_found`` was given it; None before the first."""
        path = self.folder / _FOUND
        if not path.is_file():
            return None
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return data


def do_keep_draft(
    workspace: Workspace, draft: Path, by: str, at: datetime, *, year: int | None = None, previous: Path | None = None
) -> Draft:
    """Keep a draft that can be read, with last year's report where there is one.

    Raises ``Refusal`` (codes of ``read_document``) for what is no readable document; then nothing is kept.
    """
    for path in (draft, previous):
        if path is not None:
            read_document(path)
    home = workspace.path(FOLDER)
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=home) as made:
        folder = Path(made) / "draft"
        for name, path in (("draft", draft), ("previous", previous)):
            if path is not None:
                (folder / name).mkdir(parents=True)
                shutil.copyfile(path, folder / name / path.name)
        meta = {
            "name": draft.name,
            "by": by,
            "at": at.isoformat(timespec="seconds"),
            "year": year,
            "previous": previous.name if previous else "",
        }
        (folder / _META).write_text(json.dumps(meta, ensure_ascii=False) + "\n", encoding="utf-8")
        target = home / secrets.token_hex(8)
        folder.rename(target)
    return _read(target)


def do_keep_found(draft: Draft, found: dict[str, Any], comment: Callable[[Path], None] | None) -> None:
    """Keep what an audit found instead of what the one before did; ``comment`` writes the commented copy."""
    if comment is not None:
        comment(draft.folder / f"commented{draft.source.suffix}")
    with replacement(draft.folder / _FOUND) as part:
        part.write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")


def do_forget(draft: Draft) -> None:
    """Remove a draft with all that was found in it."""
    shutil.rmtree(draft.folder)


def _read(folder: Path) -> Draft:
    data = json.loads((folder / _META).read_text(encoding="utf-8"))
    return Draft(folder.name, data["name"], data["by"], datetime.fromisoformat(data["at"]), data["year"], data["previous"], folder)


def drafts_of(workspace: Workspace, person: str) -> list[Draft]:
    """Return somebody's drafts, the latest first."""
    home = workspace.path(FOLDER)
    found = [_read(path.parent) for path in home.glob(f"*/{_META}") if _ID.fullmatch(path.parent.name)]
    return sorted((draft for draft in found if draft.by == person), key=lambda draft: draft.at, reverse=True)


def draft_of(workspace: Workspace, person: str, identifier: str) -> Draft:
    """Return somebody's draft; raises ``TaizhangError`` (``audit.draft_unknown``), for others' drafts too."""
    folder = workspace.path(FOLDER, identifier)
    if not _ID.fullmatch(identifier) or not (folder / _META).is_file():
        raise TaizhangError("audit.draft_unknown")
    draft = _read(folder)
    if draft.by != person:
        raise TaizhangError("audit.draft_unknown")
    return draft


def lexicon_of(workspace: Workspace) -> Lexicon:
    """Return the reader's words with those of the workspace over them."""
    return load_lexicon(workspace.path("pack", "lexicon"))


def links_of(workspace: Workspace, lexicon: Lexicon | None = None) -> SavedLinks:
    """Return the town's choices; what names an indicator that the pack has no more is refused as ``read_links`` does."""
    path = workspace.path(FOLDER, "links.json")
    words = lexicon or lexicon_of(workspace)
    return read_links(path, workspace.pack, words) if path.is_file() else SavedLinks((), words)


def do_choose(workspace: Workspace, choice: Choice) -> None:
    """Keep a choice of an indicator; it replaces an earlier one for the same words."""
    home = workspace.path(FOLDER)
    home.mkdir(exist_ok=True)
    with locked(home / ".links.lock"):
        links = links_of(workspace).choose(choice)
        with replacement(home / "links.json") as part:
            write_links(part, links)
