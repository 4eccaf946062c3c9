"""A copy of the national pack in a folder of its own, to be changed by tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcanary.packs.folders import SHIPPED


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[str], Path]:
    """Copies a shipped pack and gives the folder of the copy."""

    def copy(name: str) -> Path:
        return Path(shutil.copytree(SHIPPED / name, tmp_path / "packs" / name))

    return copy
