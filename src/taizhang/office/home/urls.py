"""Addresses of the home page."""

from django.urls import path

from taizhang.office.home import views

urlpatterns = [path("", views.home, name="home")]
