"""Addresses of the first run and of the list of divisions."""

from django.urls import path

from taizhang.office.first_run import views

urlpatterns = [
    path("first-run/", views.first_run, name="first-run"),
    path("divisions/", views.divisions, name="divisions"),
]
