"""Processes to be killed: each records events and evidence without end and tells what was acknowledged.

For each name on standard input a child is forked, which saves starting Python and Django anew for each; it prints
``ready`` and its number first, and this process prints ``dead`` after its end.
"""

from __future__ import annotations

import io
import itertools
import os
import sys

import django


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_without_end(name: str) -> None:
    """Record until killed."""
    from gridcanary.custody.actions import Handling, Upload, checkpoint, record, take_evidence

    handling = Handling(officer="甲", second_officer="乙", no_witness_reason="录像")
    tell(f"ready {os.getpid()}")
    for number in itertools.count():
        if number % 10 == 3:
            upload = Upload(io.BytesIO(f"{name} {number}".encode() * 1000))
            item = take_evidence(
                upload, actor=None, case_ref=name, kind="digital", description="d", handling=handling
            )
            tell(f"{item.event.seq} {item.sha256}")
        elif number % 10 == 7:
            tell(f"checkpoint {checkpoint().size}")
        else:
            event = record("test.added", actor=None, case_ref=name, body={"number": number})
            tell(f"{event.seq} {number}")


def main() -> None:
    """Make the database, then fork a child for each name."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            write_without_end(line.strip())
        os.waitpid(child, 0)
        tell("dead")


if __name__ == "__main__":
    main()
