"""Reads mining messages out of payload: the PieceReader that makes a Dialogue of a flow."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.messages.codes import CODE, METHODS
from gridcanary.network.messages.dialects import DIALECTS, LOGIN_METHODS
from gridcanary.network.messages.fold import dialogue_of, proves_mining
from gridcanary.network.messages.http_bodies import HttpBodies
from gridcanary.network.messages.rows import ROW
from gridcanary.network.messages.stream_kernel import (
    CARRY_START,
    CARRY_STOP,
    GAPS,
    JOINED,
    NAME_START,
    NAME_STOP,
    ROWS_END,
    SHORTEST_MESSAGE,
    START,
    STOP,
    UNREADABLE,
    read_streams,
)
from gridcanary.network.messages.talk import Talk
from gridcanary.network.messages.transports import LOOKED_AT, MAY_WRAP, wrapping_of
from gridcanary.network.pieces import Pieces

Texts = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Bytes of the pieces, and those joined across pieces."""

_ALWAYS_LOOK = np.zeros(len(METHODS), np.bool_)
_ALWAYS_LOOK[[CODE[name] for name in (*LOGIN_METHODS, "mining.subscribe", "mining.hello")]] = True
_LOOK_ONCE = np.zeros(len(METHODS), np.bool_)
_LOOK_ONCE[[CODE[name] for dialect in DIALECTS for name in dialect.jobs]] = True
"""Messages that json reads: rare ones always, of the frequent jobs one a flow, for its form."""


class MessageReader:
    """Mining messages of any dialect, plain, in HTTP bodies or in WebSocket frames.

    A numba kernel reads the frequent messages; Python sees logins and a flow's first job. Memory: an unfinished message
    a direction and 48 bytes a message of a flow that mines.
    """

    def __init__(self) -> None:
        self._talks: dict[int, Talk] = {}

    def read(self, pieces: Pieces) -> None:
        """Take the next pieces; those of other flows may stand between."""
        if not len(pieces):
            return
        key = pieces.flow * 2 + pieces.up
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        bounds = np.r_[begins, len(order)].astype(np.int64)
        streams = ordered[begins]
        sizes = np.add.reduceat((pieces.stop - pieces.start)[order], begins)
        firsts = np.logical_or.reduceat(pieces.first[order], begins)
        talks = [self._talks.setdefault(flow, Talk()) for flow in (streams >> 1).tolist()]
        ups = (streams & 1).astype(np.bool_)
        for talk, up, size, first in zip(talks, ups.tolist(), sizes.tolist(), firsts.tolist(), strict=True):
            talk.streams[up].seen += size
            talk.begun |= first
        wrapped = self._wrapped(pieces, order, bounds, ups, talks)
        if not wrapped.any():
            self._read_plain(pieces, order, bounds, ups, talks)
            return
        apart = np.repeat(wrapped, np.diff(bounds))
        sizes = np.diff(bounds)[~wrapped]
        if len(sizes):
            plain = [talk for talk, is_wrapped in zip(talks, wrapped.tolist(), strict=True) if not is_wrapped]
            self._read_plain(pieces, order[~apart], np.r_[0, np.cumsum(sizes)], ups[~wrapped], plain)
        for place in np.flatnonzero(wrapped).tolist():
            own = order[bounds[place] : bounds[place + 1]]
            self._read_wrapped(pieces, own, bool(ups[place]), talks[place])

    def close(self, flow: int) -> Dialogue | None:
        """What the flow held; None where there was no mining. The flow is forgotten."""
        talk = self._talks.pop(flow, None)
        return dialogue_of(talk) if talk is not None and talk.mining else None

    def hopeless(self, flow: int) -> bool:
        """Whether so much came without a message of mining that the flow may be given up."""
        talk = self._talks.get(flow)
        return talk is not None and talk.hopeless()

    def _wrapped(
        self,
        pieces: Pieces,
        order: NDArray[np.int64],
        bounds: NDArray[np.int64],
        ups: NDArray[np.bool_],
        talks: list[Talk],
    ) -> NDArray[np.bool_]:
        """Which streams are wrapped in HTTP or WebSocket, bool (streams,); it is found out by how a piece begins."""
        wrapped = np.array(
            [talk.streams[up].wrapping is not None for talk, up in zip(talks, ups.tolist(), strict=True)]
        )
        holds = pieces.stop > pieces.start
        worth = np.zeros(len(pieces), np.bool_)
        worth[holds] = MAY_WRAP[pieces.data[pieces.start[holds]]]
        found = np.flatnonzero(worth[order])
        for stream, place in zip(
            (np.searchsorted(bounds, found, side="right") - 1).tolist(), found, strict=True
        ):
            if not wrapped[stream]:
                start, stop = pieces.start[order[place]], pieces.stop[order[place]]
                wrapping = wrapping_of(pieces.data[start : min(stop, start + LOOKED_AT)].tobytes())
                talks[stream].streams[bool(ups[stream])].wrapping = wrapping
                wrapped[stream] = wrapping is not None
        return wrapped

    def _read_wrapped(self, pieces: Pieces, own: NDArray[np.int64], up: bool, talk: Talk) -> None:
        """Unwrap one stream's pieces and read what was in them as if it had come plain."""
        wrapping = talk.streams[up].wrapping
        assert wrapping is not None
        bodies = []
        for piece in own.tolist():
            text = pieces.data[pieces.start[piece] : pieces.stop[piece]].tobytes()
            bodies.append(wrapping.feed(text, bool(pieces.gap[piece])))
            if isinstance(wrapping, HttpBodies) and up:
                talk.look_at_head(wrapping, int(pieces.time_ns[piece]))
        talk.transport = wrapping.transport
        sizes = np.array([len(body) for body in bodies], np.int64)
        stop = np.cumsum(sizes)
        unwrapped = Pieces(
            np.frombuffer(b"".join(bodies), np.uint8),
            pieces.flow[own],
            pieces.up[own],
            pieces.time_ns[own],
            stop - sizes,
            stop,
            pieces.gap[own],
            pieces.first[own],
        )
        everything = np.arange(len(own))
        self._read_plain(unwrapped, everything, np.array([0, len(own)]), np.array([up]), [talk])

    def _read_plain(
        self,
        pieces: Pieces,
        order: NDArray[np.int64],
        bounds: NDArray[np.int64],
        ups: NDArray[np.bool_],
        talks: list[Talk],
    ) -> None:
        carries = [talk.streams[up].carry for talk, up in zip(talks, ups.tolist(), strict=True)]
        carry_size = np.array([len(carry) for carry in carries], np.int64)
        room = int((pieces.stop - pieces.start).sum() + carry_size.sum())
        joined = np.empty(room + int(carry_size.sum()), np.uint8)
        joined[: carry_size.sum()] = np.frombuffer(b"".join(carries), np.uint8)
        rows = np.empty(room // SHORTEST_MESSAGE + 1, ROW)
        places = np.empty((len(rows), 5), np.int64)
        tally = np.zeros((len(talks), 6), np.int64)
        count = read_streams(
            pieces.data, pieces.start, pieces.stop, pieces.time_ns, pieces.gap, order, bounds, ups,
            joined, carry_size, rows, places, tally,
        )  # fmt: skip
        self._keep(rows[:count], places[:count], tally, ups, talks, (pieces.data, joined))

    def _keep(
        self,
        rows: NDArray,
        places: NDArray[np.int64],
        tally: NDArray[np.int64],
        ups: NDArray[np.bool_],
        talks: list[Talk],
        texts: Texts,
    ) -> None:
        proves = np.r_[0, np.cumsum(proves_mining(rows))]
        begin = 0
        for talk, up, told in zip(talks, ups.tolist(), tally.tolist(), strict=True):
            end = told[ROWS_END]
            talk.streams[up].carry = texts[1][told[CARRY_START] : told[CARRY_STOP]].tobytes()
            talk.gaps += told[GAPS]
            talk.unreadable += told[UNREADABLE]
            if end > begin:
                talk.add_rows(rows[begin:end], bool(proves[end] > proves[begin]))
            begin = end
        owner = np.searchsorted(tally[:, ROWS_END], np.arange(len(rows)), side="right")
        self._look_at_whole(rows, places, owner, talks, texts)
        self._name_workers(rows, places, owner, talks, texts)

    def _look_at_whole(
        self,
        rows: NDArray,
        places: NDArray[np.int64],
        owner: NDArray[np.int64],
        talks: list[Talk],
        texts: Texts,
    ) -> None:
        jobs = np.flatnonzero(_LOOK_ONCE[rows["method"]])
        _, first = np.unique(owner[jobs], return_index=True)
        unseen = [place for place in jobs[first].tolist() if not talks[owner[place]].looked_at_job]
        for place in sorted((*np.flatnonzero(_ALWAYS_LOOK[rows["method"]]).tolist(), *unseen)):
            talk, code = talks[owner[place]], rows["method"][place]
            talk.looked_at_job |= bool(_LOOK_ONCE[code])
            text = texts[places[place, JOINED]][places[place, START] : places[place, STOP]].tobytes()
            try:
                message = json.loads(text)
            except (ValueError, RecursionError):
                talk.unreadable += 1
                message = {}
            talk.look_at(message, METHODS[code], int(rows["time_ns"][place]))

    def _name_workers(
        self,
        rows: NDArray,
        places: NDArray[np.int64],
        owner: NDArray[np.int64],
        talks: list[Talk],
        texts: Texts,
    ) -> None:
        named = np.flatnonzero(places[:, NAME_STOP] > places[:, NAME_START])
        if not len(named):
            return
        both = rows["who"][named] * np.uint64(0x9E3779B97F4A7C15) + owner[named].astype(np.uint64)
        _, first = np.unique(both, return_index=True)
        for place in named[first].tolist():
            text = texts[places[place, JOINED]][places[place, NAME_START] : places[place, NAME_STOP]]
            talks[owner[place]].add_name(int(rows["who"][place]), text.tobytes())
