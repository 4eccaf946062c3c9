import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers import registered
from gridcanary.power.readers.base import Factor, Reader, ReadOptions, Rejects, curve_array, readings_batch


def test_every_reader_is_complete_and_named_once() -> None:
    readers = registered()
    names = [reader.name for reader in readers]
    assert all(isinstance(reader, Reader) for reader in readers)
    assert len(set(names)) == len(names)
    assert all(reader.title_en.isascii() and not reader.title_zh.isascii() for reader in readers)


@pytest.mark.parametrize(
    "head", [b"", b"\x00" * 64, b"\xff\xfe\x00", b"PAR1", b"<", b"a,b\n", "户号\n".encode("gbk")]
)
def test_no_reader_is_sure_of_what_is_nothing(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(head)
    assert [reader.name for reader in registered() if reader.sniff(path, head) > 0] == []


def test_curves_are_rounded_and_nan_is_null() -> None:
    found = curve_array(np.array([[0.5, 1.5, np.nan], [-2.6, 0.0, 2.0]]))
    assert found.to_pylist() == [[0, 2, None], [-3, 0, 2]]
    with pytest.raises(ValueError, match="32 bits"):
        curve_array(np.array([[2.0**31]]))


def test_a_batch_has_its_columns_in_the_order_of_the_contract() -> None:
    ones = np.ones((1, 24))
    batch = readings_batch(["m"], [dt.date(2024, 3, 1)], {"amp_a_ma": ones, "load_w": ones}, np.array([7]))
    assert batch.schema.names == ["meter_id", "day", "load_w", "amp_a_ma", "row"]
    assert batch.schema.field("day").type == pa.date32()


def test_ratios_go_by_point_then_by_meter_then_for_all() -> None:
    options = ReadOptions(
        factor=Factor(2), factors={"p": Factor(3), "meter": Factor(5)}, meters={"q": "meter", "p": "meter"}
    )
    assert [options.factor_of(name).power for name in ("p", "q", "z")] == [3, 5, 2]
    assert Factor(60, 100).power == 6000


def test_rejects_appear_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "r.csv"
    rejects = Rejects(target)
    rejects.add(Path("a.csv"), 3, "P1", "no number", "x,y")
    assert not target.exists()
    rejects.discard()
    assert list(tmp_path.iterdir()) == []
    rejects = Rejects(target)
    rejects.add(Path("a.csv"), 3, "P1", "no number", "x,y")
    rejects.commit()
    assert target.read_text("utf-8-sig").splitlines()[1] == 'a.csv,3,P1,no number,"x,y"'
    Rejects(target).commit()
    assert not target.exists()


def test_strict_rejects_raise(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv, row 3, column P1: no number: 'x'"):
        Rejects(tmp_path / "r.csv", strict=True).add(Path("a.csv"), 3, "P1", "no number", "x")
    assert list(tmp_path.iterdir()) == []
