"""Django's registration of the casework app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Decisions about findings."""

    name = "gridcanary.casework"
    label = "casework"
