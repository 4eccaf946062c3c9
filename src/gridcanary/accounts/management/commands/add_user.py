"""Add a person who can sign in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from gridcanary.accounts.actions import add_user


class Command(BaseCommand):
    """``add_user NAME --password … --area-prefix …``."""

    help = "Add a person who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("username")
        parser.add_argument("--password", required=True)
        parser.add_argument("--area-prefix", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the user or say what is wrong."""
        try:
            add_user(options["username"], options["password"], area_prefix=options["area_prefix"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
