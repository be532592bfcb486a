"""Addresses of accounts and of the record of reads."""

from django.urls import path

from taizhang.office.accounts import record_views, rule_views, views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/export/", views.export, name="accounts-export"),
    path("accounts/sign-in-rules/", rule_views.rules, name="sign-in-rules"),
    path("accounts/new/", views.new_account, name="new-account"),
    path("accounts/of/<str:username>/", views.account, name="account"),
    path("accounts/of/<str:username>/<slug:act>/", views.change_account, name="change-account"),
    path("records/", record_views.records, name="records"),
    path("records/export/", record_views.export, name="records-export"),
]
