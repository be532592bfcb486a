"""Addresses of ledgers."""

from django.urls import path

from taizhang.office.ledgers import entries, exporting, grid, page, returning, views

urlpatterns = [
    path("", views.ledgers, name="ledgers"),
    path("<str:ledger>/", page.ledger, name="ledger"),
    path("<str:ledger>/villages/", views.villages, name="ledger-villages"),
    path("<str:ledger>/rows/", grid.rows, name="ledger-rows"),
    path("<str:ledger>/save/", grid.save, name="ledger-save"),
    path("<str:ledger>/unmask/", page.unmask, name="ledger-unmask"),
    path("<str:ledger>/export/", exporting.export, name="ledger-export"),
    path("<str:ledger>/round-trip/", returning.upload, name="ledger-return"),
    path("<str:ledger>/round-trip/<str:token>/", returning.compare, name="ledger-compare"),
    path("<str:ledger>/find/", entries.find, name="ledger-find"),
    path("<str:ledger>/new/", entries.new, name="entry-new"),
    path("<str:ledger>/retract/<int:number>/", grid.retract, name="ledger-retract"),
    path("<str:ledger>/entry/<path:entry>/edit/", entries.edit, name="entry-edit"),
    path("<str:ledger>/entry/<path:entry>/withdraw/", entries.withdraw, name="entry-withdraw"),
    path("<str:ledger>/entry/<path:entry>/", entries.entry, name="entry"),
]
