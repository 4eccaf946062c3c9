"""Pieces made by hand, and the dialogue that a reader makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from random import Random

import numpy as np

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.messages import MessageReader
from gridcanary.network.pieces import Pieces

UP, DOWN = True, False
Said = tuple[bool, float, bytes]
"""Direction, time [s], bytes."""


def pieces(said: Iterable[Said], flow: int = 7, gaps: Sequence[int] = (), begun: bool = True) -> Pieces:
    """Pieces of one flow; those whose places are in ``gaps`` stand behind a hole."""
    rows = list(said)
    sizes = np.array([len(text) for _, _, text in rows], np.int64)
    ups = np.array([up for up, _, _ in rows], np.bool_)
    stop = np.cumsum(sizes)
    first = np.zeros(len(rows), np.bool_)
    for up in (UP, DOWN):
        first[np.flatnonzero(ups == up)[:1]] = begun
    return Pieces(
        np.frombuffer(b"".join(text for _, _, text in rows), np.uint8),
        np.full(len(rows), flow, np.int64),
        ups,
        np.array([round(time * 1e9) for _, time, _ in rows], np.int64),
        stop - sizes,
        stop,
        np.isin(np.arange(len(rows)), gaps),
        first,
    )


def dialogue(said: Iterable[Said], gaps: Sequence[int] = ()) -> Dialogue | None:
    """What the reader makes of one flow."""
    reader = MessageReader()
    reader.read(pieces(said, gaps=gaps))
    return reader.close(7)


def line(**message: object) -> bytes:
    """A JSON-RPC message and a line end."""
    return json.dumps(message).encode() + b"\n"


def cut(said: Iterable[Said], random: Random) -> list[Said]:
    """The same bytes, cut anywhere; the order of the directions' bytes stays."""
    parts: list[Said] = []
    for up, time, text in said:
        at = 0
        while at < len(text):
            size = random.randint(1, 40)
            parts.append((up, time, text[at : at + size]))
            at += size
    return parts
