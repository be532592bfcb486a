"""Addresses of jobs."""

from django.urls import path

from taizhang.office.jobs import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:number>/", views.job, name="job"),
    path("<int:number>/progress/", views.progress, name="job-progress"),
    path("<int:number>/cancel/", views.cancel, name="job-cancel"),
    path("<int:number>/restart/", views.restart, name="job-restart"),
    path("<int:number>/files/<int:index>/", views.file, name="job-file"),
]
