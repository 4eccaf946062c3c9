"""What is remembered of a flow while its messages come in."""

from __future__ import annotations

from dataclasses import dataclass, field

from numpy.typing import NDArray

from gridcanary.network.dialogue import MOST_LOGINS, Login
from gridcanary.network.messages.dialect import Message
from gridcanary.network.messages.dialects import DIALECTS
from gridcanary.network.messages.eth_proxy import ETHMINER_DEFAULT
from gridcanary.network.messages.http_bodies import HttpBodies
from gridcanary.network.messages.transports import Wrapping
from gridcanary.network.messages.users import login_of, plain, worker_in
from gridcanary.network.wallet_forms import wallet_in

MOST_NAMES = 65_536
"""Workers' names kept of one flow; shares of further ones count without a name."""

MOST_ROWS = 1 << 22
"""Messages kept of one flow, 200 MB; what comes after them is a hole. A proxy with a share a second has enough for
three weeks."""

PATIENCE_BYTES = 65_536
"""Payload without any message of mining after which a flow is given up."""


@dataclass(slots=True)
class Stream:
    """One direction of a flow.

    Args:
        carry: bytes of an unfinished message.
        seen: bytes that came.
        wrapping: unwraps the messages of HTTP or WebSocket; None for plain streams.
    """

    carry: bytes = b""
    seen: int = 0
    wrapping: Wrapping | None = None


@dataclass(slots=True)
class Talk:
    """A flow's messages so far.

    Args:
        streams: from the server, from the client.
        rows, row_count: rows of rows.ROW, a batch after the other.
        logins: in order of arrival, None for one that couldn't be read.
        login_count: logins read, those beyond MOST_LOGINS too.
        http_users: logins in the heads of HTTP requests.
        names: workers' names by their digest.
        agent, algorithm: as the first message says that tells it.
        transport: as in dialogue.Dialogue.
        gaps, unreadable: holes in the streams; objects that break off or aren't JSON.
        begun: the beginning of a direction was seen.
        mining: a message proved mining.
        looked_at_job: the form of a job was looked at.
    """

    streams: tuple[Stream, Stream] = field(default_factory=lambda: (Stream(), Stream()))
    rows: list[NDArray] = field(default_factory=list)
    row_count: int = 0
    logins: list[Login | None] = field(default_factory=list)
    login_count: int = 0
    http_users: dict[str, Login] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    agent: str | None = None
    algorithm: str | None = None
    transport: str = "tcp"
    gaps: int = 0
    unreadable: int = 0
    begun: bool = False
    mining: bool = False
    looked_at_job: bool = False

    def hopeless(self) -> bool:
        """Whether so much came without a word of mining that nothing is to be hoped for."""
        return not self.mining and max(stream.seen for stream in self.streams) > PATIENCE_BYTES

    def add_rows(self, rows: NDArray, mining: bool) -> None:
        """Keep the rows of a batch; ``mining`` tells that one of them belongs to mining beyond doubt."""
        self.mining |= mining
        if self.row_count + len(rows) > MOST_ROWS or self.hopeless():
            self.gaps += 1
            return
        self.row_count += len(rows)
        self.rows.append(rows.copy())

    def add_name(self, digest: int, name: bytes) -> None:
        """Remember a worker's name: what stands behind the account, or all where nothing does."""
        if len(self.names) < MOST_NAMES and digest not in self.names:
            text = plain(name.decode("utf-8", "replace"))
            if text is not None and text != ETHMINER_DEFAULT:
                self.names[digest] = worker_in(text) or text

    def look_at(self, message: Message, method: str, time_ns: int) -> None:
        """Take what only the whole message tells: logins, the software's name, the algorithm."""
        for dialect in DIALECTS:
            if method not in dialect.proofs:
                continue
            self.agent = self.agent or dialect.agent_of(message)
            self.algorithm = self.algorithm or dialect.algorithm_of(message)
            if method in dialect.logins:
                self._add_login(dialect.read_login(message, time_ns))

    def look_at_head(self, head: HttpBodies, time_ns: int) -> None:
        """Take the software's name and the login from the head of a request: a user, or a wallet in the path."""
        self.agent = self.agent or plain(head.agent)
        path = (head.path or "").strip("/").replace("/", ".")
        user = head.user or (path if wallet_in(path) else None)
        if user and user not in self.http_users and len(self.http_users) < MOST_LOGINS:
            login = login_of(time_ns, user)
            if login is not None:
                self.http_users[user] = login

    def _add_login(self, login: Login | None) -> None:
        self.login_count += login is not None
        if len(self.logins) < MOST_LOGINS:
            self.logins.append(login)
