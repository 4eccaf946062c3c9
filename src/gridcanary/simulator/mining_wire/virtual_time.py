"""Virtual time: what happens next happens at once, and hours pass in seconds."""

from __future__ import annotations

import heapq
from collections.abc import Callable

SECOND_NS = 1_000_000_000


class VirtualTime:
    """A queue of deeds by time; those of one moment are done in the order in which they were asked for.

    Args:
        start_ns: when the world begins, UTC [ns since 1970].
    """

    def __init__(self, start_ns: int) -> None:
        self.now_ns = start_ns
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._asked = 0

    def at(self, time_ns: int, deed: Callable[[], None]) -> None:
        """Do it at that time, or now where the time has passed."""
        self._asked += 1
        heapq.heappush(self._queue, (max(time_ns, self.now_ns), self._asked, deed))

    def after(self, seconds: float, deed: Callable[[], None]) -> None:
        """Do it in so many seconds."""
        self.at(self.now_ns + int(seconds * SECOND_NS), deed)

    def run(self, until_ns: int) -> None:
        """Let time pass; what is due later is forgotten."""
        while self._queue and self._queue[0][0] <= until_ns:
            self.now_ns, _, deed = heapq.heappop(self._queue)
            deed()
        self.now_ns = until_ns
        self._queue.clear()
