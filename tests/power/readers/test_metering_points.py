from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import Factor, ReadOptions
from gridcanary.power.readers.metering_points import load_metering_points


def load(tmp_path: Path, text: str) -> tuple[dict[str, str], dict[str, Factor]]:
    path = tmp_path / "points.csv"
    path.write_text(text)
    return load_metering_points(path, ReadOptions())


def test_points_have_meters_and_ratios(tmp_path: Path) -> None:
    meters, factors = load(tmp_path, "ID,METER_ID,T_FACTOR\n11,m1,60\n12,m2,\n")
    assert meters == {"11": "m1", "12": "m2"}
    assert factors == {"11": Factor(60)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("meter_id,ct,pt\nm1,60,100\n", Factor(60, 100)),
        ("meter_id,factor,pt\nm1,6000,100\n", Factor(60, 100)),
        ("meter_id,factor\nm1,6000\n", Factor(6000)),
    ],
)
def test_ways_to_write_ratios(tmp_path: Path, text: str, expected: Factor) -> None:
    assert load(tmp_path, text) == ({}, {"m1": expected})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("ID,T_FACTOR\n1,sixty\n", "row 2, column T_FACTOR: text where", id="text"),
        pytest.param("ID,T_FACTOR\n1,0\n", "row 2, column T_FACTOR: no ratio", id="zero"),
        pytest.param("ID,T_FACTOR\n1\n", "row 2: a short row", id="short"),
        pytest.param("A,B\n1,2\n", "no column for id", id="other columns"),
        pytest.param("ID,B\n1,2\n", "neither a meter nor a ratio", id="an id alone"),
    ],
)
def test_a_table_that_is_none_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        load(tmp_path, text)
