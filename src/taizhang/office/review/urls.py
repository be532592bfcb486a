"""Addresses of review and of submissions."""

from django.urls import path

from taizhang.office.review import correct_views, foreseen_views, views

urlpatterns = [
    path("review/", views.review, name="review"),
    path("submissions/<int:number>/", views.submission, name="submission"),
    path("submissions/<int:number>/accept/", views.accept, name="submission-accept"),
    path("submissions/<int:number>/notes/", views.decide, name="submission-decide"),
    path("submissions/<int:number>/correct/", correct_views.correct, name="submission-correct"),
    path("submissions/<int:number>/file/", views.source, name="submission-file"),
    path("submissions/<int:number>/marked/", views.marked, name="submission-marked"),
    path("submissions/<int:number>/foreseen/", foreseen_views.foreseen, name="submission-foreseen"),
]
