"""The addresses of the office: each area brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from taizhang.office.shared.language import choose
from taizhang.office.shared.requests import open_to_all

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("taizhang.office.home.urls")),
    path("", include("taizhang.office.signing_in.urls")),
    path("", include("taizhang.office.first_run.urls")),
    path("", include("taizhang.office.accounts.urls")),
    path("language/", open_to_all(choose), name="language"),
    path("ledgers/", include("taizhang.office.ledgers.urls")),
    path("figures/", include("taizhang.office.figures.urls")),
    path("search/", include("taizhang.office.search.urls")),
    path("findings/", include("taizhang.office.findings.urls")),
    path("report/", include("taizhang.office.report.urls")),
    path("audit/", include("taizhang.office.audit.urls")),
    path("jobs/", include("taizhang.office.jobs.urls")),
    path("import/", include("taizhang.office.importing.urls")),
    path("", include("taizhang.office.review.urls")),
    path("definitions/", include("taizhang.office.definitions.urls")),
    path("tokens/", include("taizhang.office.tokens.urls")),
]
