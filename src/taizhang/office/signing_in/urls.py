"""Addresses of signing in and out, and of one's own account."""

from django.urls import path

from taizhang.office.shared.requests import open_to_all
from taizhang.office.signing_in import own_views, views

urlpatterns = [
    path("sign-in/", open_to_all(views.SignIn.as_view()), name="sign-in"),
    path("sign-in/code/", views.sign_in_code, name="sign-in-code"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("me/", own_views.me, name="me"),
    path("me/password/", own_views.change_password, name="change-password"),
    path("me/second-factor/", own_views.second_factor, name="second-factor"),
    path("me/sessions/<int:number>/end/", own_views.end_session, name="end-own-session"),
    path("me/sessions/end/", own_views.end_others, name="end-own-sessions"),
]
