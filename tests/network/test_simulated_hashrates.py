"""From a simulated capture to the hash rate, for coins of which no capture with shares is public."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.network.captured_sessions import PayloadReaders, sessions_of_captures
from gridcanary.network.messages.reader import MessageReader
from gridcanary.network.messages.stratum_v1 import DIALECT
from gridcanary.network.work import work_of
from gridcanary.simulator.mining_wire.coins import COINS
from gridcanary.simulator.mining_wire.conversation import Line
from gridcanary.simulator.mining_wire.world import Mining, WireWorld

HOURS = 0.5


@pytest.mark.parametrize("coin", sorted(COINS))
@pytest.mark.parametrize("machines", [1, 30])
def test_the_rate_of_a_simulated_session(coin: str, machines: int, tmp_path: Path) -> None:
    world = WireWorld(11, HOURS)
    truth = world.mine(world.site(coin, "pool.example"), Mining(machines=machines, line=Line(loss=0.002)))
    world.run()
    world.write(tmp_path)
    readers = PayloadReaders(messages=MessageReader())
    (session,) = sessions_of_captures([tmp_path / "capture.pcap"], readers)
    work = work_of(session)
    assert session.dialogue.algorithm == COINS[coin].algorithm
    assert work.rate.rate_hs == pytest.approx(truth.rate_hs, rel=0.35)
    low, high = work.rate.interval_hs(0.9999)
    assert low < truth.rate_hs < high
    assert work.power.kw_low * 1e3 < truth.power_w
    assert machines / 8 < work.machines <= machines


@pytest.mark.parametrize(
    ("previous", "bits", "algorithm"),
    [
        pytest.param("ab" * 28 + "00000000", "17034219", "sha256d", id="Bitcoin"),
        pytest.param("ab" * 32, "1934fa0b", "scrypt", id="Litecoin"),
        pytest.param("ab" * 32, "17034219", "sha256d", id="Bitcoin with the block's name made unknown"),
    ],
)
def test_the_algorithm_of_a_job(previous: str, bits: str, algorithm: str) -> None:
    params = ["1", previous, "01", "02", [], "20000000", bits, "60000000", True]
    assert DIALECT.algorithm_of({"method": "mining.notify", "params": params}) == algorithm
