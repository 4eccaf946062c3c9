"""Create the demonstration user or renew its password, and print the login."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gridcanary.accounts.actions import renew_demo_user


class Command(BaseCommand):
    """``create_demo_user``: prints ``name password``."""

    help = "Create the demonstration user, or give it a new password, and print both."

    def handle(self, *args: Any, **options: Any) -> str:
        """Return the name and the password, separated by a space."""
        username, password = renew_demo_user()
        return f"{username} {password}"
