"""A tap that keeps sessions' figures instead of frames: for large samples, and as a slow twin of the capture reader."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from gridcanary.network.ends import End, Source
from gridcanary.network.sessions import QUIET_NS, TCP, Counts, Names, Opening, Session, Timing
from gridcanary.simulator.mining_wire.conversation import SYN, Segment

MINUTE_NS = 60_000_000_000


@dataclass(slots=True)
class _Seen:
    client: End
    server: End
    packets: list[int] = field(default_factory=lambda: [0, 0])
    first_ns: int = 1 << 62
    last_ns: int = 0
    minutes: set[int] = field(default_factory=set)
    turns: list[tuple[int, bool, int]] = field(default_factory=list)
    reached: list[int] = field(default_factory=lambda: [0, 0])


class SessionTap:
    """Keeps times and lengths of payloads; nothing of them is read."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def saw(self, conversation: int, client: End, server: End, segment: Segment) -> None:
        """Count a segment; payload that came before is counted once."""
        seen = self._seen.get(conversation)
        if seen is None:
            seen = self._seen[conversation] = _Seen(client, server)
        seen.packets[not segment.up] += 1
        seen.first_ns, seen.last_ns = min(seen.first_ns, segment.time_ns), max(seen.last_ns, segment.time_ns)
        seen.minutes.add(segment.time_ns // MINUTE_NS)
        if not segment.flags & SYN and segment.payload and segment.seq >= seen.reached[segment.up]:
            seen.reached[segment.up] = segment.seq + len(segment.payload)
            seen.turns.append((segment.time_ns, segment.up, len(segment.payload)))

    def sessions(self) -> list[Session]:
        """All conversations in the order of their numbers."""
        return [_session(seen) for _, seen in sorted(self._seen.items())]


def _session(seen: _Seen) -> Session:
    turns = sorted(seen.turns)
    sizes = [[size for _, up, size in turns if up == side] for side in (True, False)]
    counts = Counts(
        seen.packets[0], seen.packets[1], sum(sizes[0]), sum(sizes[1]), len(sizes[0]), len(sizes[1])
    )
    return Session(
        seen.client,
        seen.server,
        TCP,
        seen.first_ns,
        seen.last_ns,
        counts,
        Source("simulated", "capture"),
        names=Names(),
        opening=Opening(True, _flights(turns)),
        timing=_timing(turns, len(seen.minutes)),
    )


def _flights(turns: list[tuple[int, bool, int]]) -> tuple[int, ...]:
    flights: list[int] = []
    for _, up, size in turns:
        if flights and (flights[-1] > 0) == up:
            flights[-1] += size if up else -size
        elif len(flights) == 12:
            break
        else:
            flights.append(size if up else -size)
    return tuple(flights)


def _timing(turns: list[tuple[int, bool, int]], minutes: int) -> Timing:
    """As sessions.Timing defines each figure."""
    quiet = [at for at in range(1, len(turns)) if turns[at][0] - turns[at - 1][0] >= QUIET_NS]
    pushes = [turns[at] for at in quiet if not turns[at][1]]
    asks = [at for at in quiet if turns[at][1]]
    gaps = np.diff([turn[0] for turn in turns]) / 1e9
    between = np.diff([turns[at][0] for at in asks]) / 1e9
    spaced = len(asks) >= 3
    return Timing(
        np.array([time for time, _, _ in pushes], np.int64),
        np.array([size for _, _, size in pushes], np.int32),
        active_minutes=minutes,
        gap_p50_s=float(np.quantile(gaps, 0.5)) if len(gaps) else 0.0,
        gap_p99_s=float(np.quantile(gaps, 0.99)) if len(gaps) else 0.0,
        top_sizes_share=_top_share([size for _, up, size in turns if not up]),
        asks=len(asks),
        asks_answered=sum(at + 1 < len(turns) and not turns[at + 1][1] for at in asks),
        ask_gap_mean_s=float(between.mean()) if spaced else 0.0,
        ask_gap_sd_s=float(between.std()) if spaced else 0.0,
        top_asks_share=_top_share([turns[at][2] for at in asks]),
    )


def _top_share(sizes: list[int]) -> float:
    return sum(count for _, count in Counter(sizes).most_common(2)) / len(sizes) if sizes else 0.0
