"""Django's registration of oversight."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Figures over cases, and exports. It has no tables of its own."""

    name = "gridcanary.oversight"
    label = "oversight"
