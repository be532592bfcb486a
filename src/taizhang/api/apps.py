"""The Django app of the data interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Label ``api``."""

    name = "taizhang.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
