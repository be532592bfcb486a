"""The Django app of the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Label ``office``; it has no tables of its own."""

    name = "taizhang.office"
    label = "office"
