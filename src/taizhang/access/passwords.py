"""What a password has to be, and one-time passwords."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from taizhang.errors import TaizhangError
from taizhang.i18n import _

# Without what is easily taken for something else when it is read out or copied by hand: 0 O o, 1 l I.
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_KINDS: tuple[Callable[[str], bool], ...] = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda character: not (character.islower() or character.isupper() or character.isdigit()),
)


class ThreeKinds:
    """A password has characters of at least three of four kinds: small letters, capitals, digits, others."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse one that has fewer; raises Django's ``ValidationError``."""
        if sum(any(kind(c) for c in password) for kind in _KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("密码须含小写字母、大写字母、数字、其他字符四类中的三类。")


def check_password_rules(password: str, account: Any) -> None:
    """Refuse a password that the rules do not allow; raises ``TaizhangError`` (``access.password_weak``)."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise TaizhangError("access.password_weak", problem=" ".join(error.messages)) from error


def one_time_password() -> str:
    """Return a password that can be read out: 72 bits of chance in groups of four, with all the kinds that the rules ask for.

    >>> len(one_time_password())
    19
    """
    letters = [secrets.choice(_LETTERS + _CAPITALS + _DIGITS) for _n in range(13)]
    letters += [secrets.choice(_LETTERS), secrets.choice(_CAPITALS), secrets.choice(_DIGITS)]
    secrets.SystemRandom().shuffle(letters)
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))
