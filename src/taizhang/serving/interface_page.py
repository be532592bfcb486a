"""The page that tells the data interface operation by operation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from taizhang.api.description import told_operations
from taizhang.api.interface import interface as described
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs


@needs("interface")
def interface(request: OfficeRequest) -> HttpResponse:
    """Tell the interface operation by operation."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in told_operations(described.get_openapi_schema()):
        groups.setdefault(one["tag"], []).append(one)
    return page(request, "office/tokens/interface.html", {"groups": groups})
