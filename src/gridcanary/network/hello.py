"""Names out of TLS hellos: the reader of those pieces that begin a TLS session."""

from __future__ import annotations

from dataclasses import dataclass, field

from gridcanary.network.pieces import Pieces
from gridcanary.network.sessions import Names
from gridcanary.network.tls.asked_host import asked_host
from gridcanary.network.tls.certificate import names_of_chain
from gridcanary.network.tls.client_hello import read_client_hello
from gridcanary.network.tls.fingerprints import ja3, ja4
from gridcanary.network.tls.handshake import HandshakeStream
from gridcanary.network.tls.server_hello import VERSION_NAMES, agreed_version

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_HELLO_DONE = 1, 2, 11, 14
TLS_1_3 = 0x0304
MOST_SEEN = 1 << 17
"""After so many bytes of a flow [both directions] there is no hello to come any more."""


@dataclass(slots=True)
class _Opening:
    """What was gathered of one flow."""

    streams: tuple[HandshakeStream, HandshakeStream] = field(
        default_factory=lambda: (HandshakeStream(), HandshakeStream())
    )
    names: Names = field(default_factory=Names)
    found: bool = False
    seen: int = 0

    def take(self, up: bool, piece: bytes, gap: bool) -> None:
        """The next bytes of one direction; after missing ones no message boundary is known."""
        stream = self.streams[up]
        self.seen += len(piece)
        if gap and not _is_record(piece):
            stream.end()
        for kind, body in stream.feed(piece):
            self._read(kind, body, stream)

    def _read(self, kind: int, body: bytes, stream: HandshakeStream) -> None:
        if kind == CLIENT_HELLO:
            self._client(body)
            stream.end()
        elif kind == SERVER_HELLO:
            version = agreed_version(body)
            self.names.tls_version = VERSION_NAMES.get(version or 0, self.names.tls_version)
            self.found |= version is not None
            if version is None or version >= TLS_1_3:
                stream.end()
        elif kind == CERTIFICATE:
            self.names.certificate = names_of_chain(body)
            self.found |= bool(self.names.certificate)
            stream.end()
        elif kind == SERVER_HELLO_DONE:
            stream.end()

    def _client(self, body: bytes) -> None:
        asked = asked_host(body)
        if asked is None:
            return
        self.found, names = True, self.names
        names.tls, names.encrypted_hello = asked.name, asked.is_encrypted
        names.alpn = tuple(name.decode("latin-1") for name in asked.alpn if name.isascii())
        names.hello = body

    @property
    def finished(self) -> bool:
        """Whether nothing more can be learnt."""
        return self.seen > MOST_SEEN or (self.streams[0].ended and self.streams[1].ended)


class HelloReader:
    """A PieceReader of TLS hellos; keeps at most 64 kB of an unfinished message a direction, mostly nothing."""

    def __init__(self) -> None:
        self._openings: dict[int, _Opening] = {}

    def read(self, pieces: Pieces) -> None:
        """Take the next pieces; those of other flows may stand between."""
        data = pieces.data
        columns = (pieces.flow, pieces.up, pieces.start, pieces.stop, pieces.gap)
        for flow, up, start, stop, gap in zip(*(column.tolist() for column in columns), strict=True):
            opening = self._openings.get(flow)
            if opening is None:
                opening = self._openings[flow] = _Opening()
            if not opening.finished:
                opening.take(up, data[start:stop].tobytes(), gap)

    def close(self, flow: int) -> Names | None:
        """Names, version and fingerprints; None where no hello was read. The flow is forgotten."""
        opening = self._openings.pop(flow, None)
        return opening.names if opening is not None and opening.found else None

    def hopeless(self, flow: int) -> bool:
        """Whether nothing more is to be learnt of the flow."""
        opening = self._openings.get(flow)
        return opening is not None and opening.finished


def fingerprints_of(names: Names) -> tuple[str | None, str | None]:
    """JA3 and JA4, as a log tells them or out of the hello. Of most sessions nobody asks, so they are made late."""
    hello = read_client_hello(names.hello) if names.hello is not None else None
    if hello is None:
        return names.ja3, names.ja4
    return names.ja3 or ja3(hello), names.ja4 or ja4(hello)


def _is_record(piece: bytes) -> bool:
    """Whether a piece begins with the header of a handshake record and a hello."""
    return len(piece) > 5 and piece[0] == 22 and piece[1] == 3 and piece[5] in (CLIENT_HELLO, SERVER_HELLO)
