"""The Django app of importing: it keeps what somebody has begun, and how headings were corrected."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Label ``importing``."""

    name = "taizhang.office.importing"
    label = "importing"
    default_auto_field = "django.db.models.BigAutoField"
