from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.network.dialogue import Dialogue, Shares
from gridcanary.network.hashrate import hash_rate, pooled

RATE_HS = 1_000.0
RUNS = 600
SECOND = 1_000_000_000


def dialogue_of(times_s, hashes, *, targets=(), accepted=None, begun=True, jobs_s=(0.0,)) -> Dialogue:
    count = len(times_s)
    return Dialogue(
        "cryptonote",
        {},
        algorithm="randomx",
        begun=begun,
        shares=Shares(
            (np.asarray(times_s, float) * SECOND).astype(np.int64),
            np.asarray(hashes, float),
            np.full(count, -1, np.int32),
            np.full(count, 1, np.int8) if accepted is None else np.asarray(accepted, np.int8),
        ),
        jobs_ns=(np.asarray(jobs_s) * SECOND).astype(np.int64),
        target_changes=tuple((int(time * SECOND), given) for time, given in targets),
    )


def mined(chance, seconds, hashes, *, adapting=False, shares=None, pause=None):
    """Times and hashes of shares of a miner, and the difficulty's course.

    Args:
        chance: numpy's generator.
        seconds: length of the session [s].
        hashes: difficulty at the beginning.
        adapting: every 90 s the pool aims at six shares in 90 s by what it just saw.
        shares: end after so many instead.
        pause: (begin, length) [s].
    """
    now, aimed, times, found, targets = 0.0, 0.0, [], [], [(0.0, hashes)]
    while shares is None or len(times) < shares:
        wait = chance.exponential(hashes / RATE_HS)
        if adapting and now + wait > aimed + 90:
            now = aimed = aimed + 90
            seen = sum(time > now - 90 for time in times)
            hashes *= float(np.clip(max(seen, 0.5) / 6, 0.25, 4))
            targets.append((now, hashes))
            continue
        if pause and now < pause[0] <= now + wait:
            wait += pause[1]
        now += wait
        if shares is None and now > seconds:
            break
        times.append(now)
        found.append(hashes)
    return times, found, targets, (seconds if shares is None else now)


@pytest.mark.parametrize(
    ("told", "course"),
    [
        pytest.param(True, {"seconds": 500, "hashes": 1e5}, id="five shares"),
        pytest.param(True, {"seconds": 3_000, "hashes": 1e5}, id="thirty shares"),
        pytest.param(True, {"seconds": 30_000, "hashes": 1e5}, id="three hundred shares"),
        pytest.param(True, {"seconds": 50, "hashes": 1e5}, id="mostly none"),
        pytest.param(True, {"seconds": 0, "hashes": 1e5, "shares": 8}, id="ends with its eighth share"),
        pytest.param(True, {"seconds": 3_000, "hashes": 1e3, "adapting": True}, id="difficulty rises"),
        pytest.param(True, {"seconds": 3_000, "hashes": 1e6, "adapting": True}, id="difficulty falls"),
        pytest.param(False, {"seconds": 3_000, "hashes": 1e5}, id="difficulty by the shares alone"),
        pytest.param(True, {"seconds": 8_000, "hashes": 1e5, "pause": (2_000, 4_000)}, id="a pause"),
    ],
)
def test_the_interval_holds_the_true_rate_as_often_as_it_says(told: bool, course: dict) -> None:
    chance = np.random.default_rng(20_261)
    held, rates = 0, []
    for _run in range(RUNS):
        times, hashes, targets, end = mined(chance, **course)
        rate = hash_rate(
            dialogue_of(times, hashes, targets=targets if told or not times else ()), 0, int(end * SECOND)
        )
        low, high = rate.interval_hs()
        held += low <= RATE_HS <= high
        rates.append(rate.rate_hs)
    assert held / RUNS > 0.95 - 3 * np.sqrt(0.95 * 0.05 / RUNS)
    assert np.mean(rates) == pytest.approx(RATE_HS, abs=4 * np.std(rates) / np.sqrt(RUNS))


def test_miners_of_one_session_with_difficulties_of_their_own() -> None:
    chance, held = np.random.default_rng(7), 0
    for _run in range(RUNS):
        easy = np.cumsum(chance.exponential(1e4 / 300, 400))
        hard = np.cumsum(chance.exponential(1e5 / 700, 80))
        times = np.concatenate((easy[easy < 6_000], hard[hard < 6_000]))
        hashes = np.concatenate((np.full((easy < 6_000).sum(), 1e4), np.full((hard < 6_000).sum(), 1e5)))
        order = np.argsort(times)
        told = dialogue_of(times[order], hashes[order], targets=[(0, 1e4), (1, 1e5)])
        low, high = hash_rate(told, 0, 6_000 * SECOND).interval_hs()
        held += low <= RATE_HS <= high
    assert held / RUNS > 0.92


def test_a_pause_is_told_apart_and_no_pause_is_invented() -> None:
    chance = np.random.default_rng(5)
    times, hashes, targets, end = mined(chance, 20_000, 1e5, pause=(9_000, 5_000))
    rate = hash_rate(dialogue_of(times, hashes, targets=targets), 0, int(end * SECOND))
    assert rate.pauses == 1
    assert rate.paused_seconds == pytest.approx(5_000, rel=0.1)
    assert rate.mean_hs < 0.8 * rate.rate_hs
    steady = [mined(chance, 10_000, 1e5) for _run in range(200)]
    assert sum(hash_rate(dialogue_of(t, h), 0, int(e * SECOND)).pauses for t, h, _g, e in steady) <= 2


def test_a_capture_that_begins_in_the_middle_opens_with_the_first_share() -> None:
    times = np.arange(10) * 60.0 + 1_000
    rate = hash_rate(dialogue_of(times, np.full(10, 6e4), begun=False, jobs_s=()), 0, 2_000 * SECOND)
    assert rate.seconds == pytest.approx(540)
    assert rate.shares == 9


def test_what_was_mined_before_the_first_job_does_not_count_as_time() -> None:
    rate = hash_rate(dialogue_of([160, 220], [6e4, 6e4], jobs_s=(100,)), 0, 300 * SECOND)
    assert rate.seconds == pytest.approx(120)


def test_refused_shares_count_nothing() -> None:
    times, all_in = np.arange(1, 101) * 10.0, np.full(100, 1e4)
    refused = np.where(np.arange(100) % 4 == 0, 0, 1)
    rate = hash_rate(dialogue_of(times, all_in, accepted=refused), 0, 1_001 * SECOND)
    assert rate.rejected == 25
    assert rate.rate_hs == pytest.approx(0.75 * 1e3, rel=0.03)


def test_unanswered_shares_count() -> None:
    rate = hash_rate(dialogue_of([10, 20, 30], [1e4] * 3, accepted=[-1] * 3), 0, 40 * SECOND)
    assert rate.shares == 3


def test_shares_before_any_difficulty_are_counted_with_the_first_told_and_said() -> None:
    rate = hash_rate(dialogue_of([10, 20, 30], [np.nan, 1e4, 1e4]), 0, 40 * SECOND)
    assert rate.assumed == 1
    assert rate.rate_hs == pytest.approx(2e4 / 30)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(dialogue_of([10, 20], [np.nan, np.nan]), id="no difficulty told"),
        pytest.param(dialogue_of([10, 20], [0.0, -1.0]), id="difficulties that are none"),
        pytest.param(dialogue_of([], []), id="nothing at all"),
        pytest.param(dialogue_of([0.0, 0.0], [1e4, 1e4]), id="no time"),
        pytest.param(dialogue_of([5.0], [np.inf], targets=[(0, np.inf)]), id="an endless difficulty"),
    ],
)
def test_no_rate(told: Dialogue) -> None:
    assert hash_rate(told, 0, 0) is None


def test_no_share_yet_gives_an_upper_bound() -> None:
    rate = hash_rate(dialogue_of([], [], targets=[(0, 1e6)]), 0, 100 * SECOND)
    low, high = rate.interval_hs()
    assert (rate.rate_hs, low) == (0.0, 0.0)
    assert high == pytest.approx(-np.log(0.025) * 1e6 / 100)


def test_several_sessions_are_pooled_by_their_time() -> None:
    chance, rates = np.random.default_rng(3), []
    for _run in range(300):
        parts = []
        for _session in range(6):
            times, hashes, targets, end = mined(chance, 300, 1e5)
            parts.append(hash_rate(dialogue_of(times, hashes, targets=targets), 0, int(end * SECOND)))
        rates.append(pooled(parts))
    held = sum(low <= RATE_HS <= high for low, high in (rate.interval_hs() for rate in rates))
    assert held / 300 > 0.93
    assert np.mean([rate.rate_hs for rate in rates]) == pytest.approx(RATE_HS, rel=0.05)
    assert pooled([]) is None
    assert pooled([rates[0], replace(rates[1], algorithm="ethash")]).algorithm is None


NUMBERS = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(1.0, 1e20))


@settings(max_examples=150, deadline=None)
@given(
    times=st.lists(st.integers(0, 2**62), max_size=30),
    hashes=st.lists(NUMBERS, min_size=30, max_size=30),
    targets=st.lists(st.tuples(st.integers(0, 2**62), NUMBERS), max_size=5),
    jobs=st.lists(st.integers(0, 2**62), max_size=3),
    begun=st.booleans(),
    ends=st.tuples(st.integers(0, 2**62), st.integers(0, 2**62)),
)
def test_whatever_a_session_says_its_rate_is_a_number_within_its_interval(
    times, hashes, targets, jobs, begun, ends
) -> None:
    told = dialogue_of([0.0] * len(times), hashes[: len(times)], begun=begun)
    told.shares.time_ns[:] = times
    told.jobs_ns, told.target_changes = np.array(jobs, np.int64), tuple(targets)
    rate = hash_rate(told, min(ends), max(ends))
    if rate is None:
        return
    low, high = rate.interval_hs()
    assert np.isfinite([low, rate.rate_hs, rate.mean_hs, high]).all()
    assert 0 <= low <= rate.rate_hs <= high
    assert rate.seconds > 0
    assert rate.paused_seconds >= 0
    whole = pooled([rate, rate])
    assert whole.rate_hs == pytest.approx(rate.rate_hs)
