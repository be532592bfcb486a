"""What the database keeps encrypted only: the secrets of authenticators. The key lies in the workspace's folder, beside the database.

AES-256 in GCM; whose secret it is, is bound in, so that no row's secret serves another account. ``.data-key`` holds a key a line: the first
encrypts, all decrypt. Without the key the secrets are lost, and with them nothing else: recovery codes still let in.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from taizhang.access.actions import do_record_read
from taizhang.access.models import Account
from taizhang.errors import TaizhangError
from taizhang.workspace.keys import keys_of, replace_keys

KEY_FILE = ".data-key"
_FORM = "aes256gcm:"
_NONCE = 12


def encrypted(text: str, whose: str) -> str:
    """Return a text as the database keeps it."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, text.encode(), whose.encode())
    return _FORM + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypted(kept: str, whose: str) -> str:
    """Return what a text of the database means.

    Raises ``TaizhangError`` (``access.secret_unreadable``) where its key is gone, or it is somebody else's.
    """
    try:
        sealed = base64.urlsafe_b64decode(kept.removeprefix(_FORM))
    except ValueError:
        sealed = b""
    for key in _keys() if kept.startswith(_FORM) and len(sealed) > _NONCE else ():
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], whose.encode()).decode()
        except InvalidTag:
            continue
    raise TaizhangError("access.secret_unreadable")


def do_renew_key(*, by: str) -> int:
    """Encrypt all secrets under a new key, forget the old ones, and return how many secrets there are.

    Killed half-way, both keys are there and everything is readable. A secret that no key reads is left as it is.
    """
    path, new = _path(), _new_key()
    replace_keys(path, [new, *keys_of(path, _new_key)])
    count = 0
    with transaction.atomic():
        for account in Account.objects.select_for_update().exclude(totp_secret=""):
            try:
                secret = decrypted(account.totp_secret, account.username)
            except TaizhangError:
                continue
            Account.objects.filter(pk=account.pk).update(totp_secret=encrypted(secret, account.username))
            count += 1
        do_record_read(by, "second_factor", what="new key", rows=count)
    replace_keys(path, [new])
    return count


def _path() -> Path:
    path: Path = settings.TAIZHANG_WORKSPACE.path(KEY_FILE)
    return path


def _keys() -> list[bytes]:
    return [base64.urlsafe_b64decode(key) for key in keys_of(_path(), _new_key)]


def _new_key() -> str:
    return base64.urlsafe_b64encode(AESGCM.generate_key(256)).decode()
