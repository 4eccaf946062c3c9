"""The secret key is made once and kept private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gridcanary.console.secret import KEY_FILE, secret_key


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDCANARY_SECRET_KEY", raising=False)


def test_made_once_readable_by_the_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert secret_key(missing) != secret_key(missing)
    assert not missing.exists()


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDCANARY_SECRET_KEY", "from outside")
    assert secret_key(tmp_path) == "from outside"
    assert not (tmp_path / KEY_FILE).exists()
