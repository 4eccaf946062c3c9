from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.custody.models import Event
from gridcanary.endpoints.actions.cases import take_up
from gridcanary.endpoints.actions.forgetting import Forgotten, forget_expired
from gridcanary.endpoints.actions.importing import import_findings
from gridcanary.endpoints.actions.lines import record_line
from gridcanary.endpoints.models import (
    Endpoint,
    EndpointAccount,
    EndpointDay,
    EndpointSession,
    FindingsFile,
    PremisesLink,
)
from tests.casework.conftest import Departments
from tests.endpoints.made import at, finding, pseudonym, written
from tests.endpoints.test_cases import NAMED

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NEVER = Forgotten(0, 0, 0, 0)


@pytest.fixture(autouse=True)
def _clocks(settings: Settings) -> None:
    settings.GRIDCANARY_NETWORK_DAYS = 180
    settings.GRIDCANARY_NETWORK_CLOSED_DAYS = 365


def test_nothing_goes_before_its_time(imported: FindingsFile) -> None:
    assert forget_expired(at(0) + 180 * DAY) == NEVER
    assert EndpointSession.objects.count() == 5
    assert not Event.objects.filter(kind="network.forgotten").exists()


def test_everything_goes_after_it_and_a_second_run_finds_nothing(imported: FindingsFile) -> None:
    late = at(30) + 181 * DAY
    assert forget_expired(late) == Forgotten(sessions=5, accounts=1, endpoints=4, lines=0)
    for model in (Endpoint, EndpointSession, EndpointDay, EndpointAccount):
        assert not model.objects.exists()
    assert forget_expired(late) == NEVER
    assert Event.objects.get(kind="network.forgotten").body["sessions"] == 5
    assert FindingsFile.objects.filter(pk=imported.pk).exists()


def test_days_lose_what_their_sessions_lost(departments: Departments, tmp_path: Path) -> None:
    rows = [finding("a", 1, 1), finding("a", 8, 1), finding("a", 40, 1)]
    import_findings(written(tmp_path / "f.parquet", rows), departments.energy, user=None)
    assert forget_expired(at(5) + 180 * DAY).sessions == 1
    assert [one.sessions for one in EndpointDay.objects.order_by("day")] == [1, 1]
    assert forget_expired(at(20) + 180 * DAY).sessions == 1
    assert [one.sessions for one in EndpointDay.objects.order_by("day")] == [1]
    assert Endpoint.objects.count() == 1


def test_an_open_case_holds_its_endpoint_and_a_closed_one_for_a_while(
    imported: FindingsFile, officer: User, case: Case
) -> None:
    line_a = Endpoint.objects.get(pseudonym=pseudonym("a"))
    take_up(officer, line_a, case)
    link = record_line(officer, line_a, case, NAMED)
    late = at(30) + 3000 * DAY
    assert forget_expired(late) == Forgotten(sessions=3, accounts=0, endpoints=3, lines=0)
    assert line_a.sessions.count() == 2

    Case.objects.filter(pk=case.pk).update(closed_at=late, outcome="cleared")
    assert forget_expired(late + 364 * DAY) == NEVER
    assert str(PremisesLink.objects.get().holder) == "欧***"

    assert forget_expired(late + 366 * DAY) == Forgotten(sessions=2, accounts=1, endpoints=1, lines=1)
    link.refresh_from_db()
    line_a.refresh_from_db()
    assert not any((link.holder, link.line_account, link.address))
    assert (link.premises_id, link.forgotten_at) == ("P9", late + 366 * DAY)
    assert line_a.pseudonym == f"expired:{line_a.pk}"
    assert Event.objects.filter(case_ref=case.number, kind="endpoint.forgotten").count() == 1
    assert forget_expired(late + 400 * DAY) == NEVER


def test_the_same_line_seen_anew_after_its_time_is_a_new_endpoint(
    imported: FindingsFile, officer: User, case: Case, departments: Departments, tmp_path: Path
) -> None:
    old = Endpoint.objects.get(pseudonym=pseudonym("a"))
    take_up(officer, old, case)
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), outcome="cleared")
    forget_expired(timezone.now() + 4000 * DAY)
    import_findings(written(tmp_path / "g.parquet", [finding("a", 5, 2)]), departments.energy, user=None)
    assert Endpoint.objects.get(pseudonym=pseudonym("a")).pk != old.pk
