"""Finds out whether a stream's messages are wrapped in HTTP or WebSocket, by how a piece begins."""

from __future__ import annotations

import numpy as np

from gridcanary.network.messages.http_bodies import HEADS, HttpBodies, begins_head
from gridcanary.network.messages.websocket import WebSocketFrames, begins_frame

Wrapping = HttpBodies | WebSocketFrames

MAY_WRAP = np.zeros(256, np.bool_)
MAY_WRAP[[head[0] for head in HEADS] + [0x81, 0x82, 0x01, 0x02]] = True
"""First bytes of pieces that are worth a look."""

LOOKED_AT = 16
"""Bytes that tell."""


def wrapping_of(beginning: bytes) -> Wrapping | None:
    """Who unwraps a stream with a piece that begins so; None where it is plain.

    Args:
        beginning: the first LOOKED_AT bytes of a piece, or all.
    """
    if begins_head(beginning):
        return HttpBodies()
    return WebSocketFrames() if begins_frame(beginning) else None
