"""Checks that every text of the console has a Chinese translation; needs xgettext (Debian: gettext).

The sources are copied to a temporary folder and their texts collected there: nothing in the checkout changes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gridcanary.console.catalogues import read_po, rooms

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "gridcanary"
LANGUAGE = "zh_Hans"


def main() -> int:
    """Prints the texts that lack a translation; returns 1 if there are any."""
    if shutil.which("xgettext") is None:
        sys.stderr.write("xgettext is missing; install it with: apt-get install gettext\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "gridcanary"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
        collect(copy)
        faults = [fault for catalogue in sorted(copy.rglob("*.po")) for fault in incomplete(catalogue, copy)]
    for fault in faults:
        sys.stderr.write(fault + "\n")
    return 1 if faults else 0


def collect(package: Path) -> None:
    """Brings the catalogue of a copy of the package up to date with its texts."""
    program = (
        "import django; from django.conf import settings; from django.core.management import call_command; "
        "settings.configure(); django.setup(); "
        f"call_command('makemessages', locale=[{LANGUAGE!r}], no_obsolete=True, verbosity=0)"
    )
    for room in rooms(package):
        subprocess.run([sys.executable, "-c", program], cwd=room, check=True)


def incomplete(catalogue: Path, copy: Path) -> list[str]:
    """Texts of a catalogue without a finished translation."""
    name = SOURCE.relative_to(ROOT) / catalogue.relative_to(copy)
    return [
        f"{name}: no finished translation of {entry.key!r}"
        for entry in read_po(catalogue)
        if not entry.is_complete
    ]


if __name__ == "__main__":
    sys.exit(main())
