"""Add a department."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from gridcanary.accounts.models import Unit
from gridcanary.accounts.unit_actions import add_unit


class Command(BaseCommand):
    """``add_unit CODE NAME --kind … --below …``."""

    help = "Add a department."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("code")
        parser.add_argument("name")
        parser.add_argument("--kind", required=True)
        for option in ("--below", "--english", "--area"):
            parser.add_argument(option, default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the unit or say what is wrong."""
        parent = Unit.objects.filter(code=options["below"]).first()
        if options["below"] and parent is None:
            raise CommandError(f"there is no unit {options['below']}")
        try:
            add_unit(
                options["code"],
                options["name"],
                kind=options["kind"],
                name_en=options["english"],
                parent=parent,
                admin_code=options["area"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
