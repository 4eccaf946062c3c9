"""Energy stopped: within its window, told of five sites at least, and converted by the pack's factors."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from gridcanary.accounting.capacity import Stop
from gridcanary.portal import energy
from gridcanary.portal.energy import energy_figures

pytestmark = pytest.mark.django_db
MONTHS = [dt.date(2026, 3, 1), dt.date(2026, 2, 1), dt.date(2026, 1, 1)]
TODAY = dt.date(2026, 3, 11)


def stopped(monkeypatch: pytest.MonkeyPatch, *found: Stop, unmeasured: int = 0) -> None:
    monkeypatch.setattr(energy, "stops", lambda: (list(found), unmeasured))


def five(kw: int, on: dt.date) -> list[Stop]:
    return [Stop(Decimal(kw), on)] * 5


def test_each_month_has_its_days_and_they_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, *five(100, dt.date(2026, 1, 22)))
    told = energy_figures(MONTHS, TODAY)
    assert [row.kwh for row in told.months] == [Decimal(5 * 100 * 24 * days) for days in (10, 28, 10)]
    assert told.total == sum(row.kwh or 0 for row in told.months)


def test_nothing_is_counted_past_the_window_or_after_it_ran_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Stop(Decimal(10), dt.date(2026, 2, 1), dt.date(2026, 2, 3))
    stopped(monkeypatch, *five(1, dt.date(2025, 10, 15)), *[again] * 5)
    told = energy_figures(MONTHS, TODAY)
    assert told.months[0].kwh == 0
    assert told.months[1].kwh == 5 * 10 * 24 * 2
    assert told.months[2].kwh == 5 * 24 * 12, "ninety days from 15 October end on 13 January"


def test_a_few_sites_are_not_told_of_nor_the_total_that_would_tell_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = [Stop(Decimal(500), dt.date(2026, 3, 5))] * 5
    stopped(monkeypatch, *late, Stop(Decimal(70), dt.date(2026, 2, 20), dt.date(2026, 2, 25)))
    told = energy_figures(MONTHS, TODAY)
    assert [row.kwh is None for row in told.months] == [False, True, False]
    assert (told.total, told.carbon, told.households) == (None, None, None)


def test_carbon_and_households_follow_the_factors_of_the_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, *five(1000, dt.date(2026, 1, 1)))
    told = energy_figures(MONTHS, TODAY)
    by_kind = {one.kind: one for one in energy.factors()}
    assert told.total is not None
    assert told.carbon is not None
    assert told.households is not None
    assert told.carbon.amount == round(told.total * by_kind["co2_kg_per_kwh"].value)
    assert told.households.amount == round(told.total / by_kind["household_kwh_per_year"].value)
    assert str(by_kind["co2_kg_per_kwh"].year) in told.carbon.text("en")[0]


def test_without_stops_zero_is_told_and_nothing_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, unmeasured=2)
    told = energy_figures(MONTHS, TODAY)
    assert (told.total, told.carbon, told.unmeasured) == (0, None, None)
    assert {row.kwh for row in told.months} == {0}


def test_page_and_files_tell_the_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, *five(2000, timezone.localdate() - dt.timedelta(days=40)))
    page = Client().get("/en/open/figures/").content.decode()
    told = json.loads(Client().get("/en/open/figures/figures.json").content)
    households = next(one for one in told["equivalents"] if one["code"] == "households")
    assert f"{int(households['value']):,} households" in page
    assert "Announcement of electricity carbon factors for 2022" in page
    assert households["method"][0].split(":")[0] in page
    text = Client().get("/zh/open/figures/figures.csv").content.decode("utf-8-sig")
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["co2"]["value"] == told["equivalents"][0]["value"]
    assert "千克" in rows["co2"]["method"]
