"""Add a person who can sign in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gridcanary.accounts.actions import add_user
from gridcanary.accounts.models import Role, Unit
from gridcanary.accounts.unit_actions import add_membership


class Command(BaseCommand):
    """``add_user NAME --password … --area-prefix …``."""

    help = "Add a person who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("username")
        # Not marked as required: call_command would then hand it on as an option, and a password may begin with "-".
        parser.add_argument("--password", default=None)
        parser.add_argument("--area-prefix", default="")
        parser.add_argument("--unit", default="")
        parser.add_argument("--role", default=Role.OFFICER)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Create the user, with a post where a unit is named, or say what is wrong."""
        unit = Unit.objects.filter(code=options["unit"]).first()
        if options["unit"] and unit is None:
            raise CommandError(f"there is no unit {options['unit']}; add it with: gridcanary unit add")
        try:
            if options["password"] is None:
                raise CommandError("--password is missing; an empty one is for people who sign in elsewhere")
            user = add_user(options["username"], options["password"], area_prefix=options["area_prefix"])
            if unit is not None:
                add_membership(user, unit, options["role"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
