"""Log lines made for tests, in the shapes that the sensors write."""

from __future__ import annotations

import json
from pathlib import Path

MINER, POOL, RESOLVER, OTHER = "10.1.2.3", "192.0.2.7", "10.0.0.53", "198.51.100.9"


def write(path: Path, *lines: str | dict) -> Path:
    """A log of some lines; objects become JSON."""
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines))
    return path


def eve_event(kind: str, number: int = 1, second: float = 0, **facts: object) -> dict:
    """An EVE event between the miner and the pool."""
    return {
        "timestamp": f"2026-11-23T10:00:{second:09.6f}+0800", "flow_id": number, "event_type": kind,
        "src_ip": MINER, "src_port": 50000, "dest_ip": POOL, "dest_port": 3333, "proto": "TCP", **facts,
    }  # fmt: skip


def eve_flow(number: int = 1, start: str = "2026-11-23T10:00:00.000001+0800", **facts: object) -> dict:
    """An EVE flow event of two seconds."""
    flow = {
        "pkts_toserver": 5, "pkts_toclient": 4, "bytes_toserver": 500, "bytes_toclient": 400,
        "start": start, "end": start.replace(":00:00", ":00:02"),
    }  # fmt: skip
    return eve_event("flow", number, 3, flow=flow, tcp={"tcp_flags": "1b"}) | facts


def eve_dns(shape: int, name: str, address: str) -> list[dict]:
    """A question and its answer in the shape of a version."""
    ends = {"src_ip": MINER, "src_port": 40000, "dest_ip": RESOLVER, "dest_port": 53, "proto": "UDP"}
    alias = "edge.example.net"
    answers = [
        {"rrname": name, "rrtype": "CNAME", "ttl": 60, "rdata": alias},
        {"rrname": alias, "rrtype": "A", "ttl": 60, "rdata": address},
    ]
    asked = {"rrname": name, "rrtype": "A"}
    if shape == 1:
        back = {"src_ip": RESOLVER, "src_port": 53, "dest_ip": MINER, "dest_port": 40000, "proto": "UDP"}
        parts = [{"type": "query", **asked}, *({"type": "answer", **one, "rrname": name} for one in answers)]
        return [eve_event("dns", 9, dns=one) | (back if one["type"] == "answer" else ends) for one in parts]
    if shape == 2:
        parts = [
            {"version": 2, "type": "query", **asked},
            {"version": 2, "type": "answer", **asked, "answers": answers},
        ]
    elif shape == 3:
        parts = [
            {"version": 3, "type": "request", "queries": [asked]},
            {"version": 3, "type": "response", "queries": [asked], "answers": answers},
        ]
    else:
        grouped = {"A": [address], "CNAME": [alias]}
        parts = [
            {"version": 2, "type": "query", **asked},
            {"version": 2, "type": "answer", **asked, "grouped": grouped},
        ]
    return [eve_event("dns", 9, dns=one) | ends for one in parts]
