"""Create the demonstration's cases about the findings of its county."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridcanary.accounts.actions import DEMO_USERNAME
from gridcanary.accounts.models import User
from gridcanary.console.demo_cases.county import make_cases
from gridcanary.console.findings import open_book


class Command(BaseCommand):
    """``create_demo_cases``: prints how many cases were made."""

    help = (
        "Create cases in every stage about the best findings of a demonstration; nothing where cases exist."
    )

    def handle(self, *args: Any, **options: Any) -> str:
        """Return the number of cases that were made."""
        demo, book = User.objects.filter(username=DEMO_USERNAME).first(), open_book()
        if demo is None or book is None:
            raise CommandError("there is no demonstration here: run gridcanary demo first")
        return str(len(make_cases(demo, book)))
