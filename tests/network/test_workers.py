from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.network.workers import count_workers, rack_position


@pytest.mark.parametrize(
    ("worker", "written", "group"),
    [
        pytest.param("10x1x1x24", "10.1.1.24", "10.1.1", id="address with x"),
        pytest.param("KJDTX008.10x1x1x24", "10.1.1.24", "10.1.1", id="behind an account"),
        pytest.param("192.168.1.20", "192.168.1.20", "192.168.1", id="address with dots"),
        pytest.param("hall_172-20-003-009", "172.20.3.9", "172.20.3", id="address with dashes and zeros"),
        pytest.param("1x24", "1.24", "1", id="end of an address"),
        pytest.param("r12s3p4", "r12-s3-p4", "r12-s3", id="rack, shelf, position"),
        pytest.param("Rack3_Shelf2_07", "rack3-shelf2-07", "rack3-shelf2", id="words"),
        pytest.param("container2-row4-15", "container2-row4-15", "container2-row4", id="container"),
    ],
)
def test_places(worker: str, written: str, group: str) -> None:
    found = rack_position(worker)
    assert (found.written, found.group) == (written, group)


@pytest.mark.parametrize(
    "worker",
    [
        "",
        "worker1",
        "rig01",
        "S19-001",
        "2021.04.12.1",
        "1.2.3.4",
        "10x1x1x299",
        "m30s",
        "8.8.8.8",
        "x" * 5_000,
    ],
)
def test_names_without_a_place(worker: str) -> None:
    assert rack_position(worker) is None


def test_names_count_machines_racks_and_the_end_of_a_series() -> None:
    count = count_workers(["rig001", "rig007", "RIG007", " rig009", "10x1x1x2", "10x1x1x3", "10x1x2x3", ""])
    assert (count.names, count.positions, count.racks, count.numbered_to) == (6, 3, 2, 9)


def test_one_numbered_name_is_no_series() -> None:
    assert count_workers(["rig4711"]).numbered_to is None


@given(st.lists(st.text(max_size=40), max_size=20))
def test_any_names_are_counted(names: list[str]) -> None:
    count = count_workers(names)
    assert 0 <= count.racks <= count.positions <= count.names <= len(names)
