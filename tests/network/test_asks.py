"""How clients speak out of silence, counted by the kernel and by a slow, obvious twin over another reader's packets."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from gridcanary.network.captured_sessions import sessions_of_captures
from gridcanary.network.sessions import QUIET_NS
from gridcanary.simulator.mining_wire import Mining, WireWorld
from gridcanary.simulator.mining_wire.world import START_NS
from tests.simulator.mining_wire.streams import packets_of


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asks")
    world = WireWorld(11, 0.3)
    site = world.site("XMR", "pool.example")
    for _ in range(3):
        world.mine(site, Mining())
    world.run()
    world.write(folder)
    return folder / "capture.pcap"


def asks_of(path, port: int):
    """(time [s], bytes, answered) of each payload of that client port that broke a silence."""
    turns = [
        (float(time), tcp.sport == port, len(tcp.data))
        for time, packet in packets_of(path)
        if port in ((tcp := packet.data).sport, tcp.dport) and tcp.data
    ]
    return [
        (turns[i][0], turns[i][2], i + 1 < len(turns) and not turns[i + 1][1])
        for i in range(1, len(turns))
        if turns[i][1] and turns[i][0] - turns[i - 1][0] >= QUIET_NS / 1e9
    ]


def test_asks_are_those_of_the_slow_twin(capture):
    sessions = list(sessions_of_captures([capture]))
    assert len(sessions) == 3
    for session in sessions:
        told = asks_of(capture, session.client.port)
        gaps = np.diff([time for time, _, _ in told])
        timing = session.timing
        assert session.first_ns >= START_NS
        assert timing.asks == len(told) > 30
        assert timing.asks_answered == sum(answered for _, _, answered in told)
        assert timing.ask_gap_mean_s == pytest.approx(gaps.mean(), rel=1e-6)
        assert timing.ask_gap_sd_s == pytest.approx(gaps.std(), rel=1e-6)
        commonest = Counter(size for _, size, _ in told).most_common(2)
        assert timing.top_asks_share == pytest.approx(
            sum(count for _, count in commonest) / len(told), abs=0.05
        )
