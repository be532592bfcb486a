"""The Django app of review: it keeps what reviewers note on rows until they decide."""

from django.apps import AppConfig


class ReviewingConfig(AppConfig):
    """Label ``reviewing``."""

    name = "taizhang.reviewing"
    label = "reviewing"
    default_auto_field = "django.db.models.BigAutoField"
