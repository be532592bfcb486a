"""The Django app of the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Label ``office``; it has no tables of its own."""

    name = "taizhang.office"
    label = "office"

    def ready(self) -> None:
        """Keep from people what comparison found about themselves, wherever a sight is asked."""
        from taizhang.access.sight import withhold_by
        from taizhang.comparison.seen.people import withheld_from

        withhold_by(withheld_from)
