"""Django's registration of the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and signing in."""

    name = "gridcanary.accounts"
    label = "accounts"
