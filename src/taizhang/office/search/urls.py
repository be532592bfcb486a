"""Addresses of the search."""

from django.urls import path

from taizhang.office.search import views

urlpatterns = [path("", views.search, name="search")]
