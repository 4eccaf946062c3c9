"""A unit that receives tips, a workspace for their files, and cheap receipts."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from gridcanary.accounts.models import Unit
from gridcanary.tips import receipt_digests
from gridcanary.tips.receipts import receipt_digest
from tests.casework.conftest import departments, unit  # noqa: F401


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """The workspace."""
    settings.GRIDCANARY_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _cheap_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory; tests/tips/test_receipts.py tries the real cost."""
    monkeypatch.setattr(receipt_digests, "receipt_digest", functools.partial(receipt_digest, memory_kib=64))


@pytest.fixture
def bureau(db: None) -> Unit:
    """The department that receives tips."""
    return unit("jn-energy", "energy")


def photograph(shade: int = 90, *, place: bool = False, size: tuple[int, int] = (120, 80)) -> bytes:
    """A JPEG file, where asked with a place in its hidden data."""
    picture = (
        Image.linear_gradient("L")
        .resize(size)
        .point(lambda value: (value * shade // 90) % 256)
        .convert("RGB")
    )
    hidden = Image.Exif()
    hidden[0x010F] = "CanaryCamera"
    if place:
        hidden[0x8825] = {1: "N", 2: (35.0, 30.0, 36.0), 3: "E", 4: (116.0, 48.0, 0.0)}
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=hidden)
    return file.getvalue()
