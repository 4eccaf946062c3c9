from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.tables import CUSTOMERS
from gridcanary.power.topology import read_topology


def archive(rows: list[tuple[str, str | None, str | None]]) -> pa.Table:
    records = [{"premises_id": m, "meter_id": m, "transformer_id": t, "feeder_id": f} for m, t, f in rows]
    return pa.Table.from_pylist(records, schema=CUSTOMERS)


def test_meters_are_sorted_and_counted_once() -> None:
    topology = read_topology(archive([("b", "T2", None), ("a", "T1", "F"), ("b", "T2", None)]))
    assert topology.meter_id.to_pylist() == ["a", "b"]
    names = topology.point_id.to_pylist()
    assert [names[p] for p in topology.transformer] == ["T1", "T2"]
    assert topology.feeder.tolist() == [names.index("F"), -1]


def test_empty_archive() -> None:
    topology = read_topology(CUSTOMERS.empty_table())
    assert topology.locate(pa.array(["a"])).tolist() == [-1]


@given(
    st.lists(st.text(min_size=1, max_size=4), unique=True, max_size=20),
    st.lists(st.text(min_size=1, max_size=4), max_size=20),
)
def test_locate_agrees_with_a_dictionary(known: list[str], asked: list[str]) -> None:
    topology = read_topology(archive([(meter, "T", None) for meter in known]))
    place = {meter: i for i, meter in enumerate(topology.meter_id.to_pylist())}
    found = topology.locate(pa.array(asked, pa.string()))
    assert found.tolist() == [place.get(meter, -1) for meter in asked]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_locate_takes_other_text_types(kind: pa.DataType) -> None:
    topology = read_topology(archive([("a", "T", None), ("b", "T", None)]))
    assert np.array_equal(topology.locate(pa.array(["b", "x"]).cast(kind)), [1, -1])
