"""Django's registration of the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and signing in."""

    name = "gridcanary.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to people who sign in and out."""
        from gridcanary.accounts.sessions import connect

        connect()
