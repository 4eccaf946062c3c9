"""Django's registration of the console app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages of the console."""

    name = "gridcanary.console"
    label = "console"

    def ready(self) -> None:
        """Tell tips where the archive lies."""
        from gridcanary.console.premises_archive import archive_of_premises
        from gridcanary.tips.premises import register_archive

        register_archive(archive_of_premises)
