"""Host and User-Agent out of plain HTTP requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gridcanary.network.pieces import Pieces
from gridcanary.network.sessions import Names
from gridcanary.network.tls.client_hello import host_name

MOST_HEAD = 8192
"""A head of more bytes is read as far as it goes."""
_REQUEST = re.compile(
    rb"\A(GET|POST|PUT|HEAD|OPTIONS|CONNECT|DELETE|PATCH) (\S{1,2048})(?: HTTP/1\.[01])?\r?\n"
)
_FIELD = re.compile(rb"^([A-Za-z-]{2,40}):[ \t]*([^\r\n]{0,1024})\r?$", re.MULTILINE)
_MOST_AGENT = 200


@dataclass(slots=True)
class _Head:
    """The first request of one flow, as far as it came, of either direction."""

    parts: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    names: Names | None = None
    done: bool = False


class HttpHeadReader:
    """A PieceReader of HTTP request heads: the first of each flow counts."""

    def __init__(self) -> None:
        self._heads: dict[int, _Head] = {}

    def read(self, pieces: Pieces) -> None:
        """Take the next pieces; those of other flows may stand between."""
        columns = (pieces.flow, pieces.up, pieces.start, pieces.stop)
        for flow, up, start, stop in zip(*(column.tolist() for column in columns), strict=True):
            head = self._heads.get(flow)
            if head is None:
                head = self._heads[flow] = _Head()
            if head.done:
                continue
            held = head.parts[up]
            held += pieces.data[start : min(stop, start + MOST_HEAD - len(held))].tobytes()
            if b"\r\n\r\n" in held or b"\n\n" in held or len(held) >= MOST_HEAD:
                self._finish(head, bytes(held))

    def close(self, flow: int) -> Names | None:
        """Host and agent; None where no request was read. The flow is forgotten."""
        head = self._heads.pop(flow, None)
        if head is None:
            return None
        for held in head.parts:
            if head.names is None and held:
                head.names = names_of_request(bytes(held))
        return head.names

    def hopeless(self, flow: int) -> bool:
        """Whether nothing more is to be learnt of the flow."""
        head = self._heads.get(flow)
        return head is not None and head.done

    def _finish(self, head: _Head, held: bytes) -> None:
        head.names = names_of_request(held)
        head.done = head.names is not None or all(len(part) >= MOST_HEAD for part in head.parts)
        if head.done:
            head.parts = (bytearray(), bytearray())


def names_of_request(head: bytes) -> Names | None:
    """Names in a request's head.

    Args:
        head: its bytes, perhaps cut off or with a body behind.

    >>> names_of_request(b"GET / HTTP/1.1\\r\\nHost: Pool.Example:80\\r\\nUser-Agent: cpuminer/2.5\\r\\n\\r\\n")
    ... # doctest: +ELLIPSIS
    Names(... http_host='pool.example', http_agent='cpuminer/2.5', ...)
    """
    request = _REQUEST.match(head)
    if request is None:
        return None
    fields = {name.lower(): value for name, value in reversed(_FIELD.findall(head.partition(b"\r\n\r\n")[0]))}
    host = _host(request[2]) if request[1] == b"CONNECT" else None
    host = host or _host(fields.get(b"host", b"")) or _host(_authority(request[2]))
    agent = fields.get(b"user-agent", b"").decode("latin-1").strip()[:_MOST_AGENT]
    return Names(http_host=host, http_agent=agent or None)


def _authority(target: bytes) -> bytes:
    found = re.match(rb"https?://([^/?#]+)", target)
    return found[1].rpartition(b"@")[2] if found else b""


def _host(text: bytes) -> str | None:
    text = text.strip()
    if text.startswith(b"["):
        return host_name(text[1:].partition(b"]")[0])
    return host_name(text.partition(b":")[0]) if text.count(b":") <= 1 else None
