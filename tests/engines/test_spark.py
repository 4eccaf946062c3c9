import builtins
import datetime as dt
import hashlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.contracts.errors import MissingExtra
from gridcanary.contracts.tables import READINGS
from gridcanary.engines import local, spark
from gridcanary.power import lake as lakes
from gridcanary.power.features import DAY_FEATURES, features

DAY = dt.date(2024, 3, 1)

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (gridcanary[spark])"
)


def a_lake(folder: Path, meters: int) -> Path:
    """Three days of random curves with gaps, of lengths that differ."""
    lake = lakes.create_lake(folder / "lake").folder
    random = np.random.default_rng(1)
    for i, slots in enumerate((96, 24, 288)):
        day = DAY + dt.timedelta(days=i)
        curves = random.integers(-50, 5000, (meters, slots))
        gaps = random.random(curves.shape) < 0.02
        values = pa.array(curves.ravel().astype(np.int32), mask=gaps.ravel())
        lists = pa.ListArray.from_arrays(np.arange(meters + 1, dtype=np.int32) * slots, values)
        names = pa.array([f"m{j:06d}" for j in range(meters)])
        lakes.write_day(
            lake, day, pa.Table.from_arrays([names, pa.array([day] * meters), lists], schema=READINGS)
        )
    return lake


def digest(batches: Iterable[pa.RecordBatch]) -> str:
    """Digest of rows in the order of day and meter, whatever order they came in."""
    table = pa.Table.from_batches(batches).sort_by([("day", "ascending"), ("meter_id", "ascending")])
    whole = hashlib.sha256()
    for name in table.schema.names:
        whole.update(repr(table[name].to_pylist()).encode())
    return whole.hexdigest()


@pytest.mark.spark
@pytest.mark.slow
@needs_spark
def test_spark_gives_the_same_features_to_the_bit(tmp_path: Path) -> None:
    lake = a_lake(tmp_path, 12_000)
    parts = [part for day in lakes.days(lake) for part in lakes.day_parts(lake, day)]
    wanted = {"columns": READINGS.names, "schema": DAY_FEATURES, "threads": 2}
    assert digest(spark.map_batches(parts, features, **wanted)) == digest(
        local.map_batches(parts, features, **wanted)
    )


def test_without_pyspark_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pyspark(name: str, *rest: object) -> object:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_pyspark)
    with pytest.raises(MissingExtra, match=r"gridcanary\[spark\]"):
        list(spark.map_batches([], features, schema=DAY_FEATURES))
