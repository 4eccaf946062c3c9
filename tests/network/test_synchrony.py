"""Pushes of two lines that come together: found where there is a common cause, not where rates explain it."""

from __future__ import annotations

import numpy as np
import pytest

from gridcanary.network.captured_sessions import sessions_of_captures
from gridcanary.network.detectors.synchrony import PAIR_LLR, SynchronyDetector
from gridcanary.network.kernels.shifts import coincidences
from gridcanary.network.synchrony import SLOT_NS, synchrony
from tests.network.real_data import CAPTURES, needs_network_data

HOURS_NS = 3 * 3600 * SLOT_NS


def random_times(chance: np.random.Generator, mean_s: float) -> np.ndarray:
    """A Poisson process over three hours."""
    count = chance.poisson(HOURS_NS / SLOT_NS / mean_s)
    return np.sort(chance.integers(0, HOURS_NS, count))


def together(
    chance: np.random.Generator, shared: np.ndarray, share: float, offset_s: float = 0.0
) -> np.ndarray:
    """A line that hears a share of what is told to all, and as much again of its own."""
    heard = shared[chance.random(len(shared)) < share]
    own = random_times(chance, HOURS_NS / SLOT_NS / max(len(shared) * (1 - share), 1))
    late = (chance.random(len(heard)) * 3e8).astype(np.int64)
    return np.sort(np.concatenate((heard + late, own))) + int(offset_s * SLOT_NS)


def slow_twin(few, many, begin, slots):
    """Shift by shift, as the kernel's docstring says."""
    length = slots * SLOT_NS
    return [
        sum(
            any((other - one) % length // SLOT_NS % slots in (shift, (shift + 1) % slots) for other in many)
            for one in few
        )
        for shift in range(slots)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_kernel_counts_as_the_slow_twin_does(seed):
    chance = np.random.default_rng(seed)
    few, many = (np.sort(chance.integers(0, 40 * SLOT_NS, count)) for count in (7, 15))
    assert coincidences(few, many, 0, 40, SLOT_NS).tolist() == slow_twin(few.tolist(), many.tolist(), 0, 40)


@pytest.mark.parametrize("offset_s", [0.0, 16.0, -25.0])
def test_lines_of_one_pool_are_in_step_whatever_their_clocks_say(offset_s):
    chance = np.random.default_rng(1)
    shared = random_times(chance, 45)
    told = synchrony(together(chance, shared, 0.8), together(chance, shared, 0.8, offset_s))
    assert told.llr > PAIR_LLR
    assert told.offset_s == pytest.approx(offset_s, abs=1.1)
    assert told.p < 0.02


def test_unrelated_lines_are_not_in_step():
    chance = np.random.default_rng(2)
    means = chance.uniform(10, 120, (400, 2))
    found = [synchrony(random_times(chance, one), random_times(chance, two)) for one, two in means]
    assert max(told.llr for told in found if told is not None) < PAIR_LLR


@pytest.mark.parametrize("period_s", [10, 30, 60, 300])
def test_heartbeats_of_one_period_show_nothing(period_s):
    ticks = np.arange(0, HOURS_NS, period_s * SLOT_NS)
    chance = np.random.default_rng(3)
    lines = [ticks + (chance.random(len(ticks)) * 2e8).astype(np.int64) for _ in range(2)]
    assert synchrony(*lines).llr < PAIR_LLR


def test_a_crowd_of_pushes_shows_nothing():
    chance = np.random.default_rng(4)
    shared = random_times(chance, 0.8)
    assert synchrony(shared, shared) is None  # the latest 1024 cover too little time
    slower = random_times(chance, 3)
    assert synchrony(slower, slower).llr == 0.0


@pytest.mark.parametrize("counts", [(0, 50), (5, 5), (11, 500)])
def test_too_few_pushes_tell_nothing(counts):
    chance = np.random.default_rng(5)
    assert synchrony(*(np.sort(chance.integers(0, HOURS_NS, count)) for count in counts)) is None


def test_times_apart_tell_nothing():
    chance = np.random.default_rng(6)
    assert synchrony(random_times(chance, 30), random_times(chance, 30) + HOURS_NS) is None


REAL_PAIRS = [
    ("cj-sniffer/1613757861_D4Ij2.pcap", "cj-sniffer/1613758948_iKaJI.pcap"),
    ("cj-sniffer/1613757861_D4Ij2.pcap", "cj-sniffer/1613759102_1bM5i.pcap"),
    ("cj-sniffer/1618213054_3POZq.pcap", "cj-sniffer/1618213699_ppImi.pcap"),
]


@pytest.mark.data
@needs_network_data
@pytest.mark.parametrize("pair", REAL_PAIRS, ids=lambda pair: pair[1][-10:-5])
def test_real_miners_of_one_pool_are_in_step_without_their_words(pair):
    sessions = [
        max(sessions_of_captures([CAPTURES / file]), key=lambda one: one.counts.packets) for file in pair
    ]
    detector = SynchronyDetector()
    assert all(detector.wants(session) and session.dialogue is None for session in sessions)
    votes = detector.votes(sessions)
    assert {place: vote.strength for place, vote in votes.items()} == {0: "strong", 1: "strong"}
    assert votes[0].partners == (1,)
