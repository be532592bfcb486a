"""The Django app of definitions: it keeps those in the making."""

from django.apps import AppConfig


class DefiningConfig(AppConfig):
    """Label ``defining``."""

    name = "taizhang.defining"
    label = "defining"
    default_auto_field = "django.db.models.BigAutoField"
