"""Rows of the journal that findings stand on: their ledger, entry and values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from taizhang.clock import SHANGHAI
from taizhang.journal.records import Version
from taizhang.masking import is_personal, mask_value
from taizhang.pack.definitions import Field, Pack

AS_OF_FIELD = "as_of_on"  # the day for which a list from elsewhere holds


class Versions:
    """Versions of entries by ``seq``, each read once."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._found: dict[int, Version] = {}

    def load(self, seqs: Iterable[int | None]) -> None:
        """Read many at once."""

        from taizhang.journal import read

        wanted = {seq for seq in seqs if seq is not None and seq not in self._found}
        if wanted:
            self._found |= read.versions(wanted)

    def get(self, seq: int | None) -> Version | None:
        """Return one row; None when there is none."""
        self.load([seq])
        return None if seq is None else self._found.get(seq)

    def entry(self, seq: int | None) -> str | None:
        """Return what names the entry of a row, whatever its version."""
        version = self.get(seq)
        return f"{version.ledger} {version.entry}" if version else None

    def data(self, seq: int | None) -> dict[str, str]:
        """Return the values of a row."""
        version = self.get(seq)
        found: dict[str, str] = json.loads(version.data) if version else {}
        return found

    def as_of(self, seq: int | None) -> date | None:
        """Return the day that a row of a list from elsewhere says the list holds for."""
        text = self.data(seq).get(AS_OF_FIELD)
        return date.fromisoformat(text) if text else None

    def personal(self, *seqs: int | None) -> dict[str, str]:
        """Return the personal values of rows, each with its masked form."""
        masks: dict[str, str] = {}
        for seq in seqs:
            version = self.get(seq)
            ledger = self.pack.ledgers.get(version.ledger) if version else None
            if ledger is None:
                continue
            for name, value in self.data(seq).items():
                field = ledger.fields.get(name)
                if field and is_personal(field):
                    masks[value] = mask_value(field, value) or ""
                elif field and (key := key_field(self.pack, field)) and is_personal(key):
                    masks.setdefault(value, mask_value(key, value) or "")
        return masks


def key_field(pack: Pack, field: Field) -> Field | None:
    """Return the field that a reference repeats: the key of its ledger, when that is one field."""
    other = pack.ledgers.get(field.to or "") if field.type == "reference" else None
    return other.fields[other.key[0]] if other and len(other.key) == 1 else None


def last_accepted(seq: int) -> date | None:
    """Return the day on which the submission of a row was accepted."""

    from taizhang.journal import read

    decided = read.source_of(seq)[0].decided_at if seq else None
    return decided.astimezone(SHANGHAI).date() if decided else None
