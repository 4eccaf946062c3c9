"""The load benchmark with a few hundred rows: what it writes is what the product takes for its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from benchmarks import casework_cases, casework_crowd, casework_log, casework_pages, casework_units
from gridcanary.accounts.models import User
from gridcanary.casework.actions.tasks import set_task
from gridcanary.casework.models import Case, CaseShare, StageEntry
from gridcanary.custody.actions import checkpoint
from gridcanary.custody.checking import verify_all

CASES, EVENTS = 120, 900


@pytest.fixture
def filled(
    db: None, settings: Settings, tmp_path: Path
) -> tuple[casework_cases.FilledCases, casework_units.Province]:
    settings.GRIDCANARY_HOME = tmp_path
    rng = np.random.default_rng(3)
    province = casework_units.fill_units(rng, 2, 4)
    cases = casework_cases.fill_cases(province, CASES, rng)
    casework_log.fill_log(cases, EVENTS, rng)
    return cases, province


def test_the_log_is_valid_and_goes_on(
    filled: tuple[casework_cases.FilledCases, casework_units.Province],
) -> None:
    _cases, province = filled
    assert casework_log.check_log([0, 400], run=100).events == EVENTS
    officer = User.objects.get(username=province.officers[0])
    case = Case.objects.visible_to(officer).filter(closed_at__isnull=True, owner_unit=officer.unit).first()
    assert case is not None
    assert officer.unit is not None
    set_task(officer, case, officer.unit, "goes on by the ordinary way")
    checkpoint()
    report = verify_all(objects=False)
    assert report.intact, report.faults
    assert report.events == EVENTS + 1


def test_every_case_has_an_owner_a_stage_and_people_who_see_it(
    filled: tuple[casework_cases.FilledCases, casework_units.Province],
) -> None:
    _cases, province = filled
    assert CaseShare.objects.filter(level="own", ended_at__isnull=True).count() == CASES
    assert {one.stage for one in Case.objects.all()} <= set(casework_cases.FULL_WAY)
    assert StageEntry.objects.values("case").distinct().count() == CASES
    above = User.objects.get(username=province.province_supervisor)
    assert Case.objects.visible_to(above).count() == CASES
    for name in province.officers:
        officer = User.objects.get(username=name)
        assert Case.objects.visible_to(officer).count() < CASES


def test_every_page_answers_everybody(
    filled: tuple[casework_cases.FilledCases, casework_units.Province],
) -> None:
    times = list(casework_pages.measure(*filled, requests=1))
    assert {row.person for row in times} == {"county", "city", "province"}
    assert len({row.page for row in times}) == len(casework_pages.addresses(filled[0], ""))


def test_fewer_events_than_the_cases_need_are_refused() -> None:
    short = casework_cases.FilledCases({}, numbers=["a", "b"])
    with pytest.raises(ValueError, match="2 cases need 6 events, found 5"):
        casework_log.fill_log(short, 5, np.random.default_rng(0))


def test_the_table_of_a_crowd_names_what_went_wrong() -> None:
    tally = casework_crowd.Tally()
    tally.waits["list"] = [0.1, 0.2, 0.3]
    tally.wrong["list: 500"] += 1
    table = casework_crowd._table([tally, casework_crowd.Tally()], 2.0, 2, 7)
    assert "| list | 3 | 200 ms | 290 ms | 300 ms |" in table
    assert table.endswith("1.5 requests a second, 7 events appended; errors: list: 500 × 1")
