from __future__ import annotations

import pytest

from gridcanary.network.machine_classes import kind_of, machines, power_of


def test_every_machine_is_usable_and_says_where_its_figures_come_from() -> None:
    assert len(machines()) > 40
    for machine in machines():
        assert machine.watts > 0
        assert machine.hashes_per_s > 0
        assert machine.kind in {"asic", "gpu", "cpu"}
        assert machine.source
        assert machine.as_of[:2] == "20"
    assert len({(machine.algorithm, machine.model) for machine in machines()}) == len(machines())


def test_sha256_machines_are_those_that_every_room_reads() -> None:
    s19 = next(machine for machine in machines() if machine.model == "Antminer S19")
    assert s19.joules_per_hash == pytest.approx(3250 / 95e12)


@pytest.mark.parametrize(
    ("algorithm", "agent", "kind"),
    [
        pytest.param("randomx", None, "cpu", id="the commonest kind"),
        pytest.param("ethash", "ethminer/0.19", "gpu", id="software for cards"),
        pytest.param("ethash", "bmminer/2.0", "asic", id="firmware of a special machine"),
        pytest.param("sha256d", "XMRig/6.1", "asic", id="software for a kind that no list has"),
        pytest.param("randomx", "XMRig/6.22.2", "cpu", id="software for processors"),
        pytest.param("randomx", "bmminer/2.0.0", "asic", id="a special machine where processors are common"),
        pytest.param("unheard-of", None, None, id="an unknown algorithm"),
    ],
)
def test_kind_of_machine(algorithm: str, agent: str | None, kind: str | None) -> None:
    assert kind_of(algorithm, agent) == kind


def test_a_hundred_terahash_takes_a_few_kilowatts() -> None:
    power = power_of("sha256d", 100e12, (95e12, 105e12))
    assert 1 < power.kw_low < power.kw_mid < power.kw_high < 12
    assert power.machines == 1


def test_a_hall_of_machines_is_counted_by_its_largest_machine() -> None:
    largest = max(machine.hashes_per_s for machine in machines() if machine.algorithm == "sha256d")
    rate = 1_000.5 * largest
    assert power_of("sha256d", rate, (rate, rate)).machines == 1_001


@pytest.mark.parametrize(
    ("algorithm", "rate_hs"),
    [
        pytest.param("randomx", 15e3, id="a large desktop processor"),
        pytest.param("randomx", 60e3, id="a server's processor"),
        pytest.param("randomx", 89e3, id="a server with two"),
        pytest.param("ethash", 8 * 100e6, id="a computer with eight cards"),
        pytest.param("scrypt", 14e9, id="a large special machine"),
    ],
)
def test_one_large_machine_counts_as_one(algorithm: str, rate_hs: float) -> None:
    assert power_of(algorithm, rate_hs, (0.9 * rate_hs, 1.1 * rate_hs)).machines == 1


def test_no_power_for_an_unknown_algorithm() -> None:
    assert power_of("unheard-of", 1.0, (0.5, 2.0)) is None


def test_a_made_up_rate_counts_no_endless_machines() -> None:
    power = power_of("randomx", 1e39, (1e38, 1e40))
    assert power.machines == power.usual_machines == 1_000_000
