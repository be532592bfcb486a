"""Addresses of ledgers."""

from django.urls import path

from taizhang.office.ledgers import views

urlpatterns = [path("", views.ledgers, name="ledgers")]
