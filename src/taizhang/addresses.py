"""Addresses of pages by the names of their views, for whatever tells a person where to go on."""

from __future__ import annotations

from typing import Any


def address(name: str, *args: Any, **query: Any) -> str:
    """Return the address of a view, with a query of what is not None."""
    from django.http import QueryDict
    from django.urls import reverse

    found = reverse(name, args=args)
    asked = QueryDict(mutable=True)
    for key, value in query.items():
        if value is not None:
            asked[key] = str(value)
    return f"{found}?{asked.urlencode()}" if asked else found


def known_address(name: str, *args: Any, **query: Any) -> str | None:
    """Return the address of a view, or None where there is no such view or the name does not fit into an address."""
    from django.urls import NoReverseMatch

    try:
        return address(name, *args, **query)
    except NoReverseMatch:
        return None
