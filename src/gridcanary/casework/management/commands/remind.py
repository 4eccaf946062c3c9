"""Make the reminders that are due."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gridcanary.casework.actions.reminders import remind_all


class Command(BaseCommand):
    """``remind``: run it every hour, by cron or a timer; running it twice reminds nobody twice."""

    help = "Remind departments of clocks that run out soon or have run out."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them, and say how many."""
        made = remind_all()
        self.stdout.write(f"{len(made)} reminders / 条催办")
