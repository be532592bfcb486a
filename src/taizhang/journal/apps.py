"""The Django app of the journal."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Label ``journal``; its tables are made by SQL of their own (see ``sqlite/schema.py`` and ``postgresql/schema.py``)."""

    name = "taizhang.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
