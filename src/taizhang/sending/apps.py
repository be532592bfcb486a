"""The Django app of sending: it keeps what somebody has begun, and how headings were corrected."""

from django.apps import AppConfig


class SendingConfig(AppConfig):
    """Label ``importing``, which it was made under: the migrations of workspaces name it."""

    name = "taizhang.sending"
    label = "importing"
    default_auto_field = "django.db.models.BigAutoField"
