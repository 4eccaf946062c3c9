"""Real sessions of which only lengths and times are public (ifip119-meta), as the tap's slow twin counts them."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from gridcanary.network.ends import End
from gridcanary.network.sessions import Session
from gridcanary.simulator.mining_wire.conversation import Segment
from gridcanary.simulator.mining_wire.session_tap import SessionTap


def _end(text: str) -> End:
    address, _, port = text.rpartition(":")
    return End(address, int(port))


def sessions_of_table(path: Path) -> list[Session]:
    """Sessions by their ends; the client is who sent the first packet."""
    tap, conversations, sent = SessionTap(), {}, defaultdict(int)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            source, target = (_end(text) for text in row["tcp_stream_name"].split("-"))
            number, client = conversations.setdefault(
                frozenset((source, target)), (len(conversations) + 1, source)
            )
            up, size = source == client, int(row["payload_len"])
            segment = Segment(int(float(row["timestamp"]) * 1e9), up, 0, sent[number, up], 0, bytes(size))
            sent[number, up] += size
            server = target if up else source
            tap.saw(number, client, server, segment)
    return tap.sessions()
