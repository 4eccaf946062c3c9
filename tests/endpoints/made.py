"""Findings files made by code: rows that a scan would write."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.contracts.reasons import Reason, dump_reasons

DAY = dt.date(2026, 11, 20)
WALLET = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
REASONS = dump_reasons([Reason("end.shared", {})])


def pseudonym(name: str) -> str:
    """What a scan would call an end."""
    digest = hashlib.sha256(name.encode()).digest()[:16]
    return "e:" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def at(hour: float, day: dt.date = DAY) -> dt.datetime:
    """A moment of a day, UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(hours=hour)


def finding(client: str = "a", first: float = 1, hours: float = 2, **changes: Any) -> dict[str, Any]:
    """One listed row; ``client`` is a name that a pseudonym is made of, times are hours of DAY."""
    told: dict[str, Any] = {
        "rank": 1, "listed": True, "first_seen": at(first), "last_seen": at(first + hours),
        "client": pseudonym(client), "client_port": 50000, "server": pseudonym("pool"), "server_port": 3333,
        "protocol": "tcp", "method": "cryptonote", "pool": "pool.example", "wallet": WALLET,
        "wallet_network": "monero", "worker": "rig1", "algorithm": "randomx", "shares": 400,
        "hashrate_hs": 12_000.0, "hashrate_low_hs": 11_000.0, "hashrate_high_hs": 13_100.0,
        "kw_low": 0.8, "kw_mid": 1.2, "kw_high": 1.9, "hypothesis": "mining", "llr": 12.0, "packets": 900,
        "bytes": 90_000, "reasons": REASONS, "innocent": REASONS, "votes": "[]", "source": "x.pcap",
        "source_kind": "capture", "quality": "", "synchronous_with": "[]",
        **dict.fromkeys(("reasons_zh", "reasons_en", "innocent_zh", "innocent_en"), ""),
        **changes,
    }  # fmt: skip
    if isinstance(told["synchronous_with"], list):
        told["synchronous_with"] = json.dumps([pseudonym(name) for name in told["synchronous_with"]])
    key = repr((told["client"], told["server"], told["server_port"], told["first_seen"]))
    return {"session_id": hashlib.sha256(key.encode()).hexdigest()[:24], **told}


def written(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """The rows as a findings file."""
    pq.write_table(pa.Table.from_pylist(list(rows), schema=NETWORK_FINDINGS), path)
    return path
