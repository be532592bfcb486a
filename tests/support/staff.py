"""Accounts for tests: one call makes a person who holds roles, and a client that is signed in as her."""

from __future__ import annotations

from typing import Any

from django.test import Client

from taizhang.access.actions import do_grant, do_make_account
from taizhang.access.models import Account
from taizhang.access.sight import Grant
from taizhang.workspace import Workspace

PASSWORD = "long enough 2026"


def hire(workspace: Workspace, username: str, *grants: Grant, name: str = "", **more: Any) -> Account:
    """Make an account with roles, or return it with the roles added."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = do_make_account(username, name or username, PASSWORD, by="test", must_change_password=False, checked=False, **more)
    for grant in grants:
        do_grant(account, grant, by="test", pack=workspace.pack, divisions=workspace.divisions)
    return account


def signed_in(account: Account) -> Client:
    """Return a client that is signed in (the second factor, where one is asked for, counts as given)."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client
