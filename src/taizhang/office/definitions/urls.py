"""Addresses of definitions."""

from django.urls import path

from taizhang.office.definitions import views

urlpatterns = [
    path("", views.definitions, name="definitions"),
    path("new/", views.new, name="definition-new"),
    path("drafts/<int:number>/", views.draft, name="definition-draft"),
    path("drafts/<int:number>/drop/", views.drop, name="definition-drop"),
    path("ledgers/<slug:name>/", views.definition, name="definition"),
    path("ledgers/<slug:name>/correct/", views.correct, name="definition-correct"),
    path("ledgers/<slug:name>/template/", views.template, name="definition-template"),
]
