"""Characters as they are heard: each gets one sign for its sound and one for the sounds that are taken for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from taizhang.errors import TaizhangError

_FIRST_SIGN = 0xE000  # private use: a sign is no character that a name could have
_SOUND = re.compile(r"[a-zü]+")


@dataclass(frozen=True, slots=True)
class Signs:
    """Columns of the table of characters: as written, its standard shape, the sign of its sound, of the sounds alike."""

    character: list[str]
    standard: list[str]
    sound: list[str]
    alike: list[str]


@lru_cache(maxsize=200_000)
def sound_of(character: str) -> str:
    """Return the pinyin of one character without tones; the character itself when it has none.

    Raises ``TaizhangError`` when the library for pinyin is not installed.
    """
    try:
        from pypinyin import lazy_pinyin
    except ImportError as error:
        raise TaizhangError("linkage.no_pinyin") from error
    found = lazy_pinyin(character)
    return str(found[0]) if found and _SOUND.fullmatch(found[0]) else character


def alike(sound: str, names: Mapping[str, Any]) -> str:
    """Return the sound that stands for all that are heard as this one."""
    for one, other in names["heard_alike_whole"]:
        if sound == one:
            sound = other
    for one, other in names["heard_alike_beginnings"]:
        if sound.startswith(one) and len(sound) > len(one):
            sound = other + sound[len(one) :]
            break
    for one, other in names["heard_alike_ends"]:
        if sound.endswith(one):
            return str(sound[: -len(one)] + other)
    return sound


class Ear:
    """Gives characters their signs; two signs of one ear are the same exactly when the sounds are."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.standard = {c: group[0] for group in names["variants"] for c in group}
        self._given: dict[str, str] = {}

    def signs(self, characters: Iterable[str], *, surnames: bool = False) -> Signs:
        """Return the signs of these characters; with ``surnames`` as they sound at the beginning of a name.

        Raises ``TaizhangError`` when the library for pinyin is not installed.
        """
        special: Mapping[str, str] = self.names["surname_sounds"] if surnames else {}
        made = Signs([], [], [], [])
        for character in sorted(set(characters)):
            kept = self.standard.get(character, character)
            sound = special.get(kept) or sound_of(kept)
            made.character.append(character)
            made.standard.append(kept)
            made.sound.append(self._sign(sound))
            made.alike.append(self._sign(alike(sound, self.names)))
        return made

    def _sign(self, sound: str) -> str:
        # What has no sound stands for itself; there are some 400 sounds, and room for 6 400 signs.
        if len(sound) < 2:
            return sound
        return self._given.setdefault(sound, chr(_FIRST_SIGN + len(self._given)))
