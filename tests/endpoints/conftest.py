"""Departments, a case, and a desk with findings of two days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from gridcanary.accounts.models import Role, User
from gridcanary.contracts.reasons import Reason, dump_reasons
from gridcanary.endpoints.actions.importing import import_findings
from gridcanary.endpoints.models import Endpoint, FindingsFile
from tests.casework.conftest import (  # noqa: F401
    Departments,
    approver,
    case,
    departments,
    officer,
    overseer,
    person,
    policeman,
    stranger,
)
from tests.endpoints.made import DAY, at, finding, pseudonym, written

LOGGED_IN = dump_reasons(
    [Reason("messages.account", {"account": "wang@example.com", "worker": "rig1"}), Reason("end.shared", {})]
)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home of one's own, with keys of its own."""
    settings.GRIDCANARY_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Refusals in English, whatever the installation speaks."""
    with translation.override("en"):
        yield


@pytest.fixture
def analyst(departments: Departments) -> User:  # noqa: F811
    return person("analyst", departments.energy, Role.ANALYST)


@pytest.fixture
def imported(officer: User, departments: Departments, tmp_path: Path) -> FindingsFile:  # noqa: F811
    """Line a on two days, b beside it, a proxy, a victim; and one row that isn't listed."""
    night = at(22, DAY - dt.timedelta(days=1))
    rows = [
        finding("a", 1, 3, account="wang@example.com", synchronous_with=["b"],
                reasons=LOGGED_IN),
        finding("a", 20, 2, first_seen=night, last_seen=at(0.5), server_port=443),
        finding("b", 1.5, 3, synchronous_with=["a"], llr=9.0),
        finding("proxy", 0, 20, hypothesis="proxy", workers=240, kw_low=300.0, kw_mid=380.0, kw_high=460.0,
                hashrate_hs=2.1e16, algorithm="sha256d", method="stratum_v1", llr=20.0, pool="big.example"),
        finding("victim", 5, 1, hypothesis="intrusion", llr=7.0),
        finding("innocent", 5, 1, listed=False),
    ]  # fmt: skip
    path = written(tmp_path / "findings.parquet", rows)
    return import_findings(path, departments.energy, user=officer, admin_code="370812")


@pytest.fixture
def line_a(imported: FindingsFile) -> Endpoint:
    return Endpoint.objects.get(pseudonym=pseudonym("a"))
