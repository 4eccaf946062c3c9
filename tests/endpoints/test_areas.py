from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from gridcanary.accounts.models import User
from gridcanary.endpoints.actions.importing import import_findings
from gridcanary.endpoints.areas import area_table
from gridcanary.endpoints.models import Endpoint
from tests.casework.conftest import Departments, browser
from tests.endpoints.made import DAY, finding, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def county_counts(departments: Departments, officer: User, tmp_path: Path) -> dict[str, int]:
    """Endpoints of three counties of one city, and one without a county."""
    counts = {"370801": 9, "370802": 6, "370803": 2, "3708": 1}
    for code, count in counts.items():
        rows = [finding(f"{code}-{number}", number % 20, 1, kw_mid=2.0) for number in range(count)]
        path = written(tmp_path / f"{code}.parquet", rows)
        import_findings(path, departments.energy, user=officer, admin_code=code)
    return counts


def test_small_counts_and_what_would_give_them_away_are_not_told(
    county_counts: dict[str, int], officer: User
) -> None:
    table = area_table(officer, DAY, DAY, "county")
    assert [(row.area, row.endpoints, row.kw_mid) for row in table.rows] == [("370801", 9, 18.0)]
    assert table.suppressed == ("370802", "370803")
    assert table.total == 17
    page = browser(officer).get(reverse("endpoints:areas") + f"?from={DAY}&until={DAY}").content.decode()
    assert page.count(">not told<") == 2
    assert ">6<" not in page


def test_larger_areas_tell_the_sum(county_counts: dict[str, int], officer: User) -> None:
    (row,) = area_table(officer, DAY, DAY, "city").rows
    assert (row.area, row.endpoints) == ("3708", 18)


def test_what_was_set_aside_or_lies_outside_the_days_isnt_counted(
    county_counts: dict[str, int], officer: User, settings: Settings
) -> None:
    settings.GRIDCANARY_NETWORK_LEAST = 2
    Endpoint.objects.filter(admin_code="370801").update(aside_reason="学校实验课")
    told = area_table(officer, DAY, DAY, "county")
    assert {row.area: row.endpoints for row in told.rows} == {"370802": 6, "370803": 2}
    assert not area_table(officer, DAY.replace(day=1), DAY.replace(day=2), "county").rows


def test_others_areas_are_not_counted(county_counts: dict[str, int], stranger: User) -> None:
    table = area_table(stranger, DAY, DAY, "city")
    assert not table.rows
    assert not table.suppressed


def test_a_nonsense_address_shows_the_last_month(county_counts: dict[str, int], officer: User) -> None:
    page = browser(officer).get(reverse("endpoints:areas") + "?from=x&until=y&level=z")
    assert page.status_code == 200
