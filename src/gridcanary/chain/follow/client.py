"""Asking a server over HTTP: with an end to time, to size and to patience, and nothing given away.

Redirects are not followed, so that no credentials and no addresses of a case travel to a server nobody named.
The connection goes to the address that was looked up and judged, so a name can't lead elsewhere a moment later.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from gridcanary.chain.follow.errors import SourceLied, SourceUnreachable
from gridcanary.contracts.errors import InputError

TIMEOUT_S = 60.0
"""An answer, all of it, must be here by then; a block of 4 MB needs 70 kB/s."""
TRIES = 4
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
BUSY = frozenset({429, 502, 503, 504})
CHUNK_BYTES = 1 << 16
REFUSAL_BYTES = 1 << 16
"""The page with which a server refuses may be longer than the short answer that was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: the HTTP status and all bytes of the body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Client:
    """One server.

    Args:
        base: its address, ``http://`` or ``https://``, without credentials.
        authorization: gives the value of the Authorization header, asked before each request; None sends none.
        timeout_s: seconds within which an answer must be complete.
        tries: how often a request is sent before the server counts as unreachable.
        wait: how to pass seconds; tests pass none.
    """

    base: str
    authorization: Callable[[], str] | None = None
    timeout_s: float = TIMEOUT_S
    tries: int = TRIES
    wait: Callable[[float], None] = field(default=time.sleep, repr=False)

    @property
    def name(self) -> str:
        """Host and port, as messages name the server."""
        return _parts(self.base).netloc

    def get(self, path: str, most_bytes: int) -> Answer:
        """The answer to GET; see :meth:`ask`."""
        return self.ask("GET", path, None, most_bytes)

    def ask(self, method: str, path: str, body: bytes | None, most_bytes: int) -> Answer:
        """The answer to a request, which is sent again while the server is busy or silent.

        Args:
            method: GET or POST; what is posted must change nothing, for it may be sent twice.
            path: appended to the address.
            body: JSON to post.
            most_bytes: a longer answer is refused before it is read.

        Raises:
            SourceUnreachable: no answer in all tries.
            SourceLied: an answer that is too long.
        """
        problem = ""
        for number in range(self.tries):
            if number:
                self.wait(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (number - 1)))
            try:
                answer = self._once(method, path, body, most_bytes)
            except (OSError, http.client.HTTPException) as error:
                problem = f"{error or type(error).__name__}"
                continue
            if answer.status not in BUSY:
                return answer
            problem = f"is busy (HTTP {answer.status})"
        raise SourceUnreachable(self.name, problem, f"tried {self.tries} times")

    def _once(self, method: str, path: str, body: bytes | None, most_bytes: int) -> Answer:
        parts = _parts(self.base)
        headers = {"User-Agent": "gridcanary", "Connection": "close", "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.authorization is not None:
            headers["Authorization"] = self.authorization()
        with _connected(parts, self.timeout_s, secret=self.authorization is not None) as connection:
            connection.request(method, parts.path.rstrip("/") + path, body, headers)
            reply = connection.getresponse()
            if 300 <= reply.status < 400:
                raise SourceUnreachable(
                    self.name, f"sends us elsewhere (HTTP {reply.status})", "give the address it names"
                )
            most = most_bytes if reply.status == 200 else max(most_bytes, REFUSAL_BYTES)
            return Answer(reply.status, _read(reply, most, self.name, path))


def _parts(base: str) -> SplitResult:
    """The parts of a server's address; InputError where it is none."""
    try:
        parts = urlsplit(base)
        _ = parts.port
    except ValueError as error:
        raise InputError("the server's address", f"can't be read: {error}") from error
    if parts.username or parts.password:
        remedy = "name a cookie file, or set GRIDCANARY_NODE_USER and GRIDCANARY_NODE_PASSWORD"
        raise InputError("the server's address", "must not hold a password", remedy=remedy)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InputError("the server's address", f"{base!r} is no address", remedy="http://HOST:PORT")
    return parts


@contextlib.contextmanager
def _connected(parts: SplitResult, timeout_s: float, *, secret: bool) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut when the time is over, however slowly bytes may drip."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    if parts.scheme == "http" and ipaddress.ip_address(address.split("%")[0]).is_global:
        what = "the password" if secret else "what is asked"
        raise InputError(
            "the server's address",
            f"http:// would show {what} to everybody on the way",
            remedy="use https://",
        )
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    line = socket.create_connection((address, port), timeout=timeout_s)
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    watch = threading.Timer(timeout_s, cut)
    watch.daemon = True
    watch.start()
    try:
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        connection.sock = line
        yield connection
    except (OSError, http.client.HTTPException) as error:
        if not expired.is_set():
            raise
        raise TimeoutError(f"no complete answer in {timeout_s:g} seconds") from error
    finally:
        watch.cancel()
        connection.close()
        line.close()
    if expired.is_set():
        raise TimeoutError(f"no complete answer in {timeout_s:g} seconds")


def _read(reply: http.client.HTTPResponse, most_bytes: int, source: str, path: str) -> bytes:
    """The body; IncompleteRead where it ends early, SourceLied where it is longer than anything that was asked."""
    announced = reply.length
    if announced is not None and announced > most_bytes:
        raise SourceLied(source, path, f"{announced} bytes are announced, at most {most_bytes} can be right")
    pieces: list[bytes] = []
    size = 0
    while piece := reply.read(CHUNK_BYTES):
        size += len(piece)
        if size > most_bytes:
            raise SourceLied(source, path, f"more than the {most_bytes} bytes that can be right")
        pieces.append(piece)
    if announced is not None and size < announced:
        raise http.client.IncompleteRead(b"", announced - size)
    return b"".join(pieces)
