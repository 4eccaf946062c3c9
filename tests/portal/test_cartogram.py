"""Closed cases by city: counted, kept back where small, drawn as squares or boundaries, and listed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from gridcanary.casework.models import Case
from gridcanary.portal import boundaries
from gridcanary.portal import cartogram as drawing
from gridcanary.portal.cartogram import cartogram, legend, own_cities, shade_of
from gridcanary.tips.areas import own_divisions
from tests.casework.conftest import case, departments, officer  # noqa: F401
from tests.portal.test_boundaries import NUMBER, collection, written

SINCE = dt.date(2026, 1, 1)
COUNTS = {"370100": 60, "370200": 22, "370300": 12, "370400": 6, "370500": 3, "370600": 7}


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """The workspace."""
    settings.GRIDCANARY_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the cities have, in place of cases; tests change it."""
    told = dict(COUNTS)

    def closed(codes: list[str], _since: dt.date, _until: dt.date) -> Mapping[str, int]:
        return {code: told.get(code, 0) for code in codes}

    monkeypatch.setattr(drawing, "_closed", closed)
    return told


def test_small_counts_are_kept_back_with_one_more(counts: dict[str, int]) -> None:
    made = cartogram(SINCE)
    assert made is not None
    told = {city.code: city.count for city in made.cities}
    assert (told["370500"], told["370400"], told["370600"]) == (None, None, 7)
    assert (told["370100"], told["370700"]) == (60, 0)
    assert len(told) == 16


def test_a_small_total_is_not_shown(counts: dict[str, int]) -> None:
    counts.clear()
    counts["370500"] = 3
    assert cartogram(SINCE) is None


def test_shades_rise_with_the_count_and_the_legend_names_each(counts: dict[str, int]) -> None:
    made = cartogram(SINCE)
    assert made is not None
    shades = {city.code: city.shade for city in made.cities}
    assert [shades[code] for code in ("370700", "370600", "370300", "370200", "370100", "370500")] == [
        "shade-0", "shade-1", "shade-2", "shade-3", "shade-4", "shade-none",
    ]  # fmt: skip
    assert [text for _shade, text in legend()] == ["0", "5–9", "10–19", "20–49", "≥ 50"]
    assert [shade_of(int(re.findall(r"\d+", text)[0])) for _shade, text in legend()] == [0, 1, 2, 3, 4]


def test_every_city_has_a_square_of_its_own(counts: dict[str, int]) -> None:
    made = cartogram(SINCE)
    assert made is not None
    assert len({shape.path for shape in made.shapes}) == 16
    assert all(0 < shape.x < made.width and 0 < shape.y < made.height for shape in made.shapes)
    assert not made.is_map


def test_without_squares_the_table_stands_alone(counts: dict[str, int], settings: Settings) -> None:
    settings.GRIDCANARY_PACK = "cn"
    made = cartogram(SINCE)
    assert made is not None
    assert not made.shapes
    assert len(made.cities) > 300


def test_outside_china_there_is_neither(counts: dict[str, int], settings: Settings) -> None:
    settings.GRIDCANARY_PACK = "my"
    assert own_cities() == []
    assert cartogram(SINCE) is None


def test_installed_boundaries_are_drawn_in_place_of_squares(counts: dict[str, int], tmp_path: Path) -> None:
    boundaries.install(written(tmp_path, collection()), NUMBER, own_divisions())
    made = cartogram(SINCE)
    assert made is not None
    assert made.is_map
    assert len(made.shapes) == 16
    boundaries.remove()
    again = cartogram(SINCE)
    assert again is not None
    assert not again.is_map


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_draws_lists_and_names_the_review_number(
    lang: str, counts: dict[str, int], tmp_path: Path
) -> None:
    page = Client().get(f"/{lang}/open/figures/").content.decode()
    assert page.count("<g><path") == 16
    assert page.count('class="number">*<') == 2
    assert ("济南</th>" if lang == "zh" else "Jinan</th>") in page
    assert NUMBER not in page
    boundaries.install(written(tmp_path, collection()), NUMBER, own_divisions())
    page = Client().get(f"/{lang}/open/figures/").content.decode()
    assert NUMBER in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("area", "closed", "counted"),
    [
        pytest.param("370102", "2026-03-01T12:00+08:00", 1, id="a county counts for its city"),
        pytest.param("370100", "2026-03-01T12:00+08:00", 1, id="the city itself"),
        pytest.param("370102", "2025-12-31T23:59+08:00", 0, id="the day before"),
        pytest.param("370102", "2026-01-01T00:00+08:00", 1, id="the first minute"),
        pytest.param("370102", "2026-06-30T23:59+08:00", 1, id="the last minute"),
        pytest.param("370102", "2026-07-01T00:00+08:00", 0, id="the day after"),
        pytest.param("370102", None, 0, id="still open"),
        pytest.param("110101", "2026-03-01T12:00+08:00", 0, id="elsewhere"),
        pytest.param("", "2026-03-01T12:00+08:00", 0, id="no place"),
    ],
)
def test_a_case_counts_for_its_city_by_the_day_of_closing(
    case: Case,  # noqa: F811
    area: str,
    closed: str | None,
    counted: int,
) -> None:
    at = dt.datetime.fromisoformat(closed) if closed else None
    Case.objects.filter(pk=case.pk).update(admin_code=area, closed_at=at, outcome="confirmed")
    found = drawing._closed(own_cities(), SINCE, dt.date(2026, 6, 30))
    assert found["370100"] == counted
    assert sum(found.values()) == counted
