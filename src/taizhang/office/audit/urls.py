"""Addresses of audits."""

from django.urls import path

from taizhang.office.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("<str:draft>/", views.draft, name="audit-draft"),
    path("<str:draft>/again/", views.again, name="audit-again"),
    path("<str:draft>/forget/", views.forget, name="audit-forget"),
    path("<str:draft>/commented/", views.commented, name="audit-commented"),
    path("<str:draft>/figure/<int:number>/", views.choose, name="audit-choose"),
]
