"""The Django app of access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Label ``access``."""

    name = "taizhang.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
