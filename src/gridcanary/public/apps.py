"""Django's registration of the public pages' frame."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Layout and rules of pages for everybody."""

    name = "gridcanary.public"
    label = "public"
