"""docs/console.md names every setting."""

from __future__ import annotations

import re
from pathlib import Path

from tests.console.conftest import CONSOLE

DOCS = Path(__file__).resolve().parents[2] / "docs" / "console.md"


def test_every_environment_variable_is_documented() -> None:
    files = ("settings.py", "secret.py", "sign_in_settings.py")
    sources = "".join((CONSOLE / name).read_text(encoding="utf-8") for name in files)
    names = set(re.findall(r"\"(GRIDCANARY_\w+)\"", sources))
    assert len(names) >= 7
    documented = set(re.findall(r"`(GRIDCANARY_\w+)`", DOCS.read_text(encoding="utf-8")))
    assert names == documented
