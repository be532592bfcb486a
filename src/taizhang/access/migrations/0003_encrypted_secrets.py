"""Secrets of authenticators are kept encrypted; those that lie there as they are get so now."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def encrypt(apps: Any, schema_editor: Any) -> None:
    """Encrypt what is there; the key is made where there is something to encrypt."""
    from taizhang.access.secrecy import encrypted

    accounts = apps.get_model("access", "Account").objects
    for account in accounts.exclude(totp_secret=""):
        accounts.filter(pk=account.pk).update(totp_secret=encrypted(account.totp_secret, account.username))


def decrypt(apps: Any, schema_editor: Any) -> None:
    """Write the secrets as they are again."""
    from taizhang.access.secrecy import decrypted

    accounts = apps.get_model("access", "Account").objects
    for account in accounts.exclude(totp_secret=""):
        accounts.filter(pk=account.pk).update(totp_secret=decrypted(account.totp_secret, account.username))


class Migration(migrations.Migration):
    """A wider column, and what is in it."""

    dependencies = [("access", "0002_read_record_append_only")]

    operations = [
        migrations.AlterField("account", "totp_secret", models.CharField(blank=True, max_length=255)),
        migrations.RunPython(encrypt, decrypt),
    ]
