"""Payload in stream order, on its way from the packets to the readers of messages; never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result", covariant=True)

WANT_MESSAGES, WANT_HELLO, WANT_HTTP, WANT_DNS = 1, 2, 4, 8
"""Why a flow's payload is handed on: JSON messages (plain, in HTTP bodies or in WebSocket frames), a TLS hello,
an HTTP head, DNS datagrams. A flow may be wanted for several reasons; each reader gets the pieces of its reason."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Payload pieces of many flows: those of one flow and direction in stream order, without overlap.

    Args:
        data: bytes [uint8] of all pieces.
        flow: number of the flow, unique within a scan, int64 (n,).
        up: from the presumed client, bool (n,).
        time_ns: when the packet that completed the piece was seen, UTC [ns since 1970], int64 (n,).
        start, stop: slice of ``data``, int64 (n,).
        gap: bytes are missing before this piece (lost, not captured, or the capture began in the middle), bool (n,).
        first: the piece begins the conversation's direction (the SYN was seen), bool (n,).
    """

    data: NDArray[np.uint8]
    flow: NDArray[np.int64]
    up: NDArray[np.bool_]
    time_ns: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    gap: NDArray[np.bool_]
    first: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.flow)


class PieceReader(Protocol[Result]):
    """Reads the pieces of flows as they come and tells at the end of each flow what they held.

    Memory is the reader's to bound: it keeps at most a few kilobytes of an unfinished message a flow.
    """

    def read(self, pieces: Pieces) -> None:
        """Take the next pieces; those of other flows may stand between."""

    def close(self, flow: int) -> Result | None:
        """What the flow held; None where nothing was found. The flow is forgotten."""

    def hopeless(self, flow: int) -> bool:
        """Whether nothing more is to be learnt of the flow, so that its pieces need not be handed on."""
