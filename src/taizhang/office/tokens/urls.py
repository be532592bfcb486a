"""Addresses of tokens."""

from django.urls import path

from taizhang.office.tokens import views

urlpatterns = [
    path("", views.tokens, name="tokens"),
    path("<int:number>/end/", views.end, name="token-end"),
]
