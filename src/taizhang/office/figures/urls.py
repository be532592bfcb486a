"""Addresses of figures."""

from django.urls import path

from taizhang.office.figures import rows, views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("export/", views.export_all, name="figures-export"),
    path("row/<str:ledger>/<int:seq>/", rows.row, name="figure-row"),
    path("row/<str:ledger>/<int:seq>/file/", rows.original, name="figure-file"),
    path("<str:indicator>/", views.figure, name="figure"),
    path("<str:indicator>/export/", views.export, name="figure-export"),
    path("<str:indicator>/rows/", rows.traced, name="figure-rows"),
    path("<str:indicator>/rows/export/", rows.export, name="figure-rows-export"),
    path("<str:indicator>/since/", rows.changes, name="figure-since"),
]
