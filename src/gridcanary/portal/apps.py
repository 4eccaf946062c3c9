"""Django's registration of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Law, cases and figures for everybody."""

    name = "gridcanary.portal"
    label = "portal"
