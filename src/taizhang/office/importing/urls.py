"""Addresses of importing."""

from django.urls import path

from taizhang.office.importing import views

urlpatterns = [
    path("", views.importing, name="importing"),
    path("<int:number>/", views.draft, name="import-draft"),
    path("<int:number>/columns/", views.columns, name="import-columns"),
    path("<int:number>/rows/", views.rows, name="import-rows"),
    path("<int:number>/marked/", views.marked, name="import-marked"),
    path("<int:number>/send/", views.send, name="import-send"),
    path("<int:number>/drop/", views.drop, name="import-drop"),
]
