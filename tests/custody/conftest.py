"""A workspace of its own for each test, and what the tests of custody share."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from gridcanary.accounts.models import User
from gridcanary.custody.actions import Handling, Upload, take_evidence
from gridcanary.custody.models import EvidenceItem

CASE = "鲁能查〔2026〕1号"
TWO_OFFICERS = Handling(
    officer="李娜 SD-0417",
    second_officer="王强 SD-0418",
    witness="张伟（园区物业）",
    place="济宁市兖州区某工业园3号厂房",
)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """The workspace."""
    settings.GRIDCANARY_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def user(db: None) -> User:
    """Somebody signed in."""
    return User.objects.create(username="li.na")


def take(content: bytes = b"P1,P2\n1,2\n", **more: Any) -> EvidenceItem:
    """An item of evidence with this content."""
    upload = Upload(
        io.BytesIO(content), more.pop("filename", "curve.csv"), more.pop("media_type", "text/csv")
    )
    facts = {
        "actor": None,
        "case_ref": CASE,
        "kind": "meter_data",
        "description": "负荷曲线",
        "handling": TWO_OFFICERS,
    }
    return take_evidence(upload, **{**facts, **more})
