"""Django's registration of the console app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages of the console."""

    name = "gridcanary.console"
    label = "console"
