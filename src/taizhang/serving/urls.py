"""All addresses: those of the pages and those of the data interface."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from taizhang.api.interface import urls as interface_urls
from taizhang.office.shared import failing
from taizhang.serving.interface_page import interface

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("taizhang.office.urls")),
    path("tokens/interface/", interface, name="interface"),
    path("api/v1/", include(interface_urls())),
]

handler403 = failing.forbidden
handler404 = failing.not_found
handler500 = failing.broken
