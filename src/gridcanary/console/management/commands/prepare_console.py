"""Make everything ready that the console needs, so that the first page does not wait."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from gridcanary.console.catalogues import compile_rooms
from gridcanary.console.curve_cache import prepare


class Command(BaseCommand):
    """``prepare_console``: translations, database, curves of the listed premises."""

    help = "Compile translations, migrate the database and draw the curves of the listed premises."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the three in turn."""
        compile_rooms(settings.CONSOLE_DIR.parent)
        call_command("migrate", interactive=False, verbosity=0)
        started = time.monotonic()
        self.stdout.write("drawing the curves of the listed premises / 正在准备负荷曲线 …")
        days = prepare()
        self.stdout.write(f"curves of {days} days ready in {time.monotonic() - started:.1f} s")
