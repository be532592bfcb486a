"""Addresses of written reports."""

from django.urls import path

from taizhang.office.report import views

_ONE = "<str:name>/<str:division>/<str:period>/<int:number>/"

urlpatterns = [
    path("", views.report, name="report"),
    path("write/", views.write, name="report-write"),
    path(_ONE, views.version, name="report-version"),
    path(_ONE + "text/", views.text, name="report-text"),
    path(_ONE + "stale/", views.stale, name="report-stale"),
    path(_ONE + "figure/", views.panel, name="report-figure"),
    path(_ONE + "rewrite/", views.rewrite, name="report-rewrite"),
    path(_ONE + "report.<str:form>", views.file, name="report-file"),
]
