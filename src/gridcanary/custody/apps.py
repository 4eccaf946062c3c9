"""Django's registration of the custody app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """The event log, evidence items and their custody."""

    name = "gridcanary.custody"
    label = "custody"
