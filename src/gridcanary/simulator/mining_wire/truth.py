"""What is true of a simulated line, a row a conversation."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from gridcanary.network.ends import End

DISGUISES = ("plain", "tls", "wss", "sv2", "relay")
"""How a miner talks: in the open, in TLS, in a WebSocket in TLS, in Stratum V2's Noise, through a relay in TLS."""


@dataclass(slots=True)
class WireTruth:
    """One conversation.

    Args:
        client, server: the ends.
        mining: whether somebody mines in it.
        kind: a disguise, or the kind of benign service.
        name: what the client's hello or request names; empty where it names nothing.
        group: sessions of one group are told the same things at the same time: a pool, a chat, a ticker.
        coin: ticker; empty for benign ones.
        user: account or wallet as told to the pool.
        workers: how many machines share the session.
        rate_hs: hash rate [hashes/s].
        power_w: what these machines take [W].
        shares, hashes: submitted, and expected hashes behind them.
        begin_ns: first packet, UTC [ns since 1970].
    """

    client: End
    server: End
    mining: bool
    kind: str
    name: str = ""
    group: str = ""
    coin: str = ""
    user: str = ""
    workers: int = 0
    rate_hs: float = 0.0
    power_w: float = 0.0
    shares: int = 0
    hashes: float = 0.0
    begin_ns: int = 0


def write_truth(rows: list[WireTruth], path: Path) -> None:
    """Write a CSV file, a row a conversation."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [field.name for field in fields(WireTruth)])
        writer.writeheader()
        writer.writerows(asdict(row) | {"client": str(row.client), "server": str(row.server)} for row in rows)
