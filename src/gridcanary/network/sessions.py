"""A session: one conversation between two ends, and all that a reader could tell about it.

Every reader (captures, EVE, Zeek, nfdump, resolver logs) makes sessions, every detector looks at sessions. What a
source cannot tell stays None or empty; a detector then keeps silent instead of guessing. No payload is in here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.ends import End, Source

TCP, UDP = 6, 17


@dataclass(slots=True)
class Counts:
    """Traffic of a session.

    Args:
        packets_up, packets_down: packets from and to the client.
        bytes_up, bytes_down: payload bytes; of flow logs bytes of IP packets, as ``payload`` then says.
        data_packets_up, data_packets_down: packets with payload; None in flow logs.
        payload: whether bytes are those of payloads.
    """

    packets_up: int = 0
    packets_down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    data_packets_up: int | None = None
    data_packets_down: int | None = None
    payload: bool = True

    @property
    def packets(self) -> int:
        """Packets of both directions."""
        return self.packets_up + self.packets_down


@dataclass(slots=True)
class Names:
    """What names the server, none of it secret.

    Args:
        tls: server_name of the client's TLS (or QUIC) hello.
        tls_version: such as ``TLSv1.3``, as negotiated where seen.
        alpn: protocols that the hello offers.
        certificate: names in the server's certificate, where it is not encrypted.
        ja3, ja4: fingerprints of the hello, where a log tells them; of captures hello.fingerprints_of makes them.
        hello: the client's hello as it was sent, for fingerprints that are made late; nobody writes it down.
        http_host, http_agent: of a plain HTTP request.
        dns: names whose answers gave the server's address to this client, or to anyone, shortly before.
        encrypted_hello: the hello hides the true name (ECH, ESNI).
    """

    tls: str | None = None
    tls_version: str | None = None
    alpn: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()
    ja3: str | None = None
    ja4: str | None = None
    http_host: str | None = None
    http_agent: str | None = None
    dns: tuple[str, ...] = ()
    encrypted_hello: bool = False
    hello: bytes | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """How a TCP conversation begins, by lengths alone.

    Args:
        complete: the SYN was seen, so that the flights are the first ones.
        flights: payload bytes that one side sent before the other spoke, in turn: positive from the client, negative
            from the server; at most 12 of them.
        distinct_up, distinct_down: different byte values among the first 64 payload bytes of the side.
        printable_up: share of printable ASCII among these, 0 to 1.
        kind: what the first bytes look like, one of OPENINGS.
    """

    complete: bool
    flights: tuple[int, ...]
    distinct_up: int = 0
    distinct_down: int = 0
    printable_up: float = 0.0
    kind: str = "unknown"


OPENINGS = ("unknown", "json", "tls", "http", "ssh", "bitcoin", "monero", "binary", "text")
"""bitcoin and monero are the magic bytes of the networks' nodes (P2P), which is not mining."""


@dataclass(slots=True)
class Timing:
    """When the server spoke unasked, for synchrony; and the session's shape, a weak sign.

    Args:
        pushes_ns: times of server payloads that came at least QUIET_NS after the last payload of either side, UTC
            [ns since 1970], ascending.
        push_bytes: their payload bytes.
        cut: there were more pushes than are kept.
        active_minutes: minutes (of the clock) in which any packet was seen.
        gap_p50_s, gap_p99_s: percentiles of the time between payload packets, from a logarithmic histogram.
        top_sizes_share: share of server payloads that have one of the two commonest sizes, 0 to 1.
        asks: client payloads that came at least QUIET_NS after the last payload of either side: shares are such, and so
            are heartbeats and what people type.
        asks_answered: those whose next payload came from the server.
        ask_gap_mean_s, ask_gap_sd_s: mean and standard deviation of the time between asks; 0 with fewer than 3. Shares
            come as a Poisson process (both alike), heartbeats evenly, people in bursts.
        top_asks_share: share of asks that have one of the two commonest sizes, 0 to 1.
    """

    pushes_ns: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    push_bytes: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    cut: bool = False
    active_minutes: int = 0
    gap_p50_s: float = 0.0
    gap_p99_s: float = 0.0
    top_sizes_share: float = 0.0
    asks: int = 0
    asks_answered: int = 0
    ask_gap_mean_s: float = 0.0
    ask_gap_sd_s: float = 0.0
    top_asks_share: float = 0.0


QUIET_NS = 300_000_000
"""A server payload counts as unasked after this silence: longer than a round trip to another continent."""


@dataclass(frozen=True, slots=True)
class SensorAlert:
    """What the source's own rules said about the session (Suricata, Zeek notices).

    Args:
        rule: number and name of the rule.
        category: the sensor's category.
    """

    rule: str
    category: str


@dataclass(slots=True)
class Session:
    """One conversation.

    Args:
        client, server: the ends; who began, or by the dialogue who mines.
        protocol: IP protocol number.
        first_ns, last_ns: first and last packet, UTC [ns since 1970].
        counts: traffic.
        source: where it was read.
        names: what names the server.
        opening: TCP only, None where the source tells none.
        timing: captures only.
        dialogue: plaintext mining messages, None where there were none.
        alerts: the sensor's own.
        records: records of the source that were joined into this session (nfdump, EVE).
        shed: part of the session was let go because memory was short; its figures are lower bounds.
        kept: what was once worked out of the session, by who did it; see work.work_of.
    """

    client: End
    server: End
    protocol: int
    first_ns: int
    last_ns: int
    counts: Counts
    source: Source
    names: Names = field(default_factory=Names)
    opening: Opening | None = None
    timing: Timing | None = None
    dialogue: Dialogue | None = None
    alerts: tuple[SensorAlert, ...] = ()
    records: int = 1
    shed: bool = False
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def seconds(self) -> float:
        """Time from the first packet to the last."""
        return (self.last_ns - self.first_ns) / 1e9
