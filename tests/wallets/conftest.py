"""Departments and a case, and a small dossier of the recorded chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.casework.conftest import (  # noqa: F401
    Departments,
    approver,
    case,
    departments,
    officer,
    overseer,
    policeman,
    stranger,
)
from tests.wallets.small import small_files, small_kind

BROUGHT = {
    "title": "矿工 0 的收益", "officer": "officer, ZJ-1", "one_officer_reason": "公开账本",
    "no_witness_reason": "公开账本",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home of one's own, in which evidence is stored."""
    settings.GRIDCANARY_HOME = tmp_path / "home"
    settings.GRIDCANARY_DOSSIERS = tmp_path / "home" / "dossiers"
    return tmp_path / "home"


@pytest.fixture(scope="session")
def plain_files() -> dict[str, bytes]:
    """The files of a small dossier."""
    return small_files()


@pytest.fixture
def plain_kind() -> Iterator[None]:
    """Let the small dossier be verified."""
    with small_kind():
        yield
