import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.power.readers.base import Factor, ReadOptions, Rejects
from gridcanary.power.readers.cn_curve import CURRENT_CURVE, FACTOR_CURVE, POWER_CURVE, VOLTAGE_CURVE, CnCurve
from gridcanary.power.readers.text import read_head
from tests.power.readers.cn_tables import CURRENT, POWER, VOLTAGE, curve_row, header, write_table

FLAT = ["1.5"] * 96


def read(
    path: Path,
    options: ReadOptions | None = None,
    curve: CnCurve = POWER_CURVE,
    rejects: Rejects | None = None,
) -> dict[tuple[str, dt.date, str], list[int | None]]:
    found = {}
    for batch in curve.read(path, options or ReadOptions(), rejects or Rejects(strict=True)):
        for row in batch.to_pylist():
            (name,) = row.keys() - {"meter_id", "day", "row"}
            found[row["meter_id"], row["day"], name] = row[name]
    return found


DAY = dt.date(2024, 3, 1)


def test_types_go_to_their_curves(tmp_path: Path) -> None:
    rows = [curve_row("m1", [kind] * 96, kind=kind) for kind in "12345"]
    found = read(write_table(tmp_path / "p.csv", rows))
    names = ["load_w", "load_a_w", "load_b_w", "load_c_w", "reactive_var"]
    assert found == {("m1", DAY, name): [1000 * (i + 1)] * 96 for i, name in enumerate(names)}


def test_phase_reactive_power_is_skipped_and_counted(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("m1", FLAT, kind="6"), curve_row("m1", FLAT)])
    rejects = Rejects()
    assert list(read(path, rejects=rejects)) == [("m1", DAY, "load_w")]
    assert (rejects.count, rejects.skipped) == (0, {"DATA_TYPE 6 is not used": 1})


def test_a_zero_in_the_whole_flag_takes_the_point_out(tmp_path: Path) -> None:
    row = curve_row("m1", FLAT, whole="0" + "1" * 94 + "0")
    found = read(write_table(tmp_path / "p.csv", [row]))
    assert found["m1", DAY, "load_w"] == [None, *[1500] * 94, None]


@pytest.mark.parametrize("whole", ["", "NULL", "1", "0"])
def test_a_whole_flag_that_says_nothing_of_points_leaves_them(tmp_path: Path, whole: str) -> None:
    found = read(write_table(tmp_path / "p.csv", [curve_row("m1", FLAT, whole=whole)]))
    assert found["m1", DAY, "load_w"] == [1500] * 96


@pytest.mark.parametrize("missing", ["", "NULL", " "])
def test_missing_values_and_long_decimals(tmp_path: Path, missing: str) -> None:
    values = [missing, "239.800000000000000000", *["0"] * 94]
    found = read(write_table(tmp_path / "p.csv", [curve_row("m1", values)]))
    assert found["m1", DAY, "load_w"][:3] == [None, 239_800, 0]


@pytest.mark.parametrize("name", ["p.csv", "p.tsv", "p.csv.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_containers_give_the_same(tmp_path: Path, name: str, encoding: str) -> None:
    rows = [curve_row("m1", FLAT, area="南京市鼓楼区")]
    delimiter = "\t" if name.endswith("tsv") else ","
    path = write_table(tmp_path / name, rows, delimiter=delimiter, encoding=encoding)
    assert POWER_CURVE.sniff(path, read_head(path)) >= 0.9
    assert read(path) == {("m1", DAY, "load_w"): [1500] * 96}


@pytest.mark.parametrize("points", [24, 48, 96, 288])
def test_every_number_of_points(tmp_path: Path, points: int) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("m1", ["2"] * points)], header(points=points))
    assert read(path)["m1", DAY, "load_w"] == [2000] * points


def test_hourly_curves_in_a_table_for_96_points(tmp_path: Path) -> None:
    values = [*["2"] * 24, *[""] * 72]
    path = write_table(tmp_path / "p.csv", [curve_row("m1", values, whole="1" * 24), curve_row("m2", FLAT)])
    found = read(path)
    assert [len(found[meter, DAY, "load_w"]) for meter in ("m1", "m2")] == [24, 96]
    bare = write_table(tmp_path / "q.csv", [curve_row("m1", values, whole="")])
    assert len(read(bare, ReadOptions(points=24))["m1", DAY, "load_w"]) == 24


@pytest.mark.parametrize(
    ("first_point", "stamp", "shift"),
    [
        pytest.param("00:00", "auto", 0, id="P1 starts at midnight"),
        pytest.param("00:15", "auto", 0, id="P1 ends at a quarter past"),
        pytest.param("00:15", "start", 1, id="P1 starts at a quarter past"),
        pytest.param("00:00", "end", -1, id="P1 ends at midnight"),
    ],
)
def test_the_time_of_the_first_point(tmp_path: Path, first_point: str, stamp: str, shift: int) -> None:
    values = list(range(96))
    path = write_table(tmp_path / "p.csv", [curve_row("m1", values)])
    found = read(path, ReadOptions(first_point=first_point, stamp=stamp))  # type: ignore[arg-type]
    placed = {}
    for (_, day, _), curve in found.items():
        for slot, value in enumerate(curve):
            if value is not None:
                placed[value] = (day - DAY).days * 96 + slot
    assert placed == {1000 * value: value + shift for value in values}


def test_an_impossible_first_point_is_an_error(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("m1", FLAT)])
    with pytest.raises(InputError, match="first point 01:00 is neither 00:00 nor 15 minutes later"):
        read(path, ReadOptions(first_point="01:00"))


def test_ratios_and_meters_by_measuring_point(tmp_path: Path) -> None:
    options = ReadOptions(factor=Factor(2), factors={"mp1": Factor(60, 100)}, meters={"mp1": "meter-1"})
    path = write_table(tmp_path / "p.csv", [curve_row("mp1", ["1"] * 96), curve_row("mp2", ["1"] * 96)])
    found = read(path, options)
    assert found["meter-1", DAY, "load_w"][0] == 6_000_000
    assert found["mp2", DAY, "load_w"][0] == 2000
    rows = [curve_row("mp1", ["1"] * 96)]
    volts = read(write_table(tmp_path / "u.csv", rows, header(VOLTAGE)), options, VOLTAGE_CURVE)
    amps = read(write_table(tmp_path / "i.csv", rows, header(CURRENT)), options, CURRENT_CURVE)
    assert volts["meter-1", DAY, "volt_a_mv"][0] == 100_000
    assert amps["meter-1", DAY, "amp_a_ma"][0] == 60_000


def test_power_factor_goes_by_the_total(tmp_path: Path) -> None:
    names = [
        "ID",
        "DATA_DATE",
        "PHASE_FLAG",
        "DATA_POINT_FLAG",
        "DATA_WHOLE_FLAG",
        *(f"F{i + 1}" for i in range(96)),
        "A",
    ]
    path = write_table(tmp_path / "E_MP_FACTOR_CURVE.csv", [curve_row("m1", ["0.95"] * 96, kind="0")], names)
    assert FACTOR_CURVE.sniff(path, read_head(path)) == 1.0
    assert read(path, None, FACTOR_CURVE) == {("m1", DAY, "power_factor_permille"): [950] * 96}


def test_each_table_is_known_as_itself_only(tmp_path: Path) -> None:
    for table, own in ((POWER, POWER_CURVE), (VOLTAGE, VOLTAGE_CURVE), (CURRENT, CURRENT_CURVE)):
        path = write_table(tmp_path / f"{table}.csv", [], header(table))
        sure = [curve.sniff(path, read_head(path)) for curve in (POWER_CURVE, VOLTAGE_CURVE, CURRENT_CURVE)]
        assert max(sure) == own.sniff(path, read_head(path)) == 1.0
        assert sorted(sure)[:2] == [0.0, 0.0]


def spoiled(place: int, text: str) -> Sequence[str]:
    row = curve_row("m1", FLAT)
    row[place] = text
    return row


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        pytest.param(spoiled(5, "abc"), "P1", "text where a number should be", id="text in a number"),
        pytest.param(spoiled(7, "99999999999"), "P3", "a value out of range", id="more than int32"),
        pytest.param(spoiled(1, "2999-01-01"), "DATA_DATE", "a day out of range", id="day in the future"),
        pytest.param(spoiled(1, "1970-01-01"), "DATA_DATE", "a day out of range", id="clock not set"),
        pytest.param(spoiled(1, "2024-02-30"), "DATA_DATE", "not a day of the calendar", id="no such day"),
        pytest.param(spoiled(1, "yesterday"), "DATA_DATE", "not a date", id="no date"),
        pytest.param(spoiled(0, ""), "ID", "no meter id", id="no meter"),
        pytest.param(spoiled(2, "77"), "DATA_TYPE", "an unknown kind of data", id="unknown type"),
        pytest.param(
            spoiled(4, "1.11E+95"), "DATA_WHOLE_FLAG", "not a string of 0 and 1", id="spreadsheet flag"
        ),
        pytest.param(spoiled(4, "1" * 95), "DATA_WHOLE_FLAG", "95 marks for 96 points", id="flag too short"),
        pytest.param(
            spoiled(4, "1" * 24), None, "values for other than 24 points a day", id="more than marked"
        ),
        pytest.param(
            curve_row("m1", FLAT)[:50], None, "a short row: 50 fields where the header has 102", id="short"
        ),
    ],
)
def test_a_bad_row_is_refused_where_it_is_bad_and_the_others_are_read(
    tmp_path: Path, row: Sequence[str], column: str | None, reason: str
) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("m0", FLAT), row, curve_row("m2", FLAT)])
    rejects = Rejects()
    assert [meter for meter, _, _ in read(path, rejects=rejects)] == ["m0", "m2"]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 3, column)
    assert rejects.first.problem.startswith(reason)
    with pytest.raises(InputError, match=r"p\.csv, row 3"):
        read(path)


def test_negative_voltage_and_power_factor_above_one_are_refused(tmp_path: Path) -> None:
    rejects = Rejects()
    path = write_table(tmp_path / "u.csv", [curve_row("m1", ["-1"] * 96)], header(VOLTAGE))
    assert read(path, None, VOLTAGE_CURVE, rejects) == {}
    assert rejects.reasons == {"a value out of range": 1}


def test_a_table_without_its_columns_is_an_error(tmp_path: Path) -> None:
    names = [name for name in header() if name != "P50"]
    path = write_table(tmp_path / "p.csv", [], names)
    with pytest.raises(SchemaMismatch, match="has 49 points a day where P1 to P96 should be"):
        read(path)
    path = write_table(tmp_path / "p.csv", [], [name for name in header() if name != "ID"])
    with pytest.raises(SchemaMismatch, match="has no column for meter_id"):
        read(path)
