"""The Django app of jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Label ``jobs``."""

    name = "taizhang.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
