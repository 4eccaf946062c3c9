"""Django's registration of the tip line."""

from django.apps import AppConfig


class TipsConfig(AppConfig):
    """What people report, and what becomes of it."""

    name = "gridcanary.tips"
    label = "tips"
