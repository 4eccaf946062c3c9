"""Lines of resolvers' logs: BIND's query log, dnsmasq with ``log-queries``, unbound with ``log-queries: yes``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gridcanary.network.ends import canonical

_MOST_BYTES = 4096
"""No line of these logs is longer; it bounds what a pattern may search."""

_TIME = (
    rb"^\[?(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?|\d\d-[A-Z][a-z]{2}-\d{4} [\d:.]+"
    rb"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{9,}(?:\.\d+)?)\]?"
)
_ADDRESS = rb"[0-9a-fA-F.:]+(?:%\w+)?"
_BIND = re.compile(
    _TIME + rb".*?\bclient (?:@0x[0-9a-f]+ )?(?P<client>" + _ADDRESS + rb")#\d+[^:]*: (?:view [^:]+: )?"
    rb"query: (?P<name>\S+) \S+ \S+"
)  # fmt: skip
_DNSMASQ = re.compile(
    _TIME + rb" (?:\S+ )?dnsmasq\[\d+\]: (?:\d+ (?P<client>" + _ADDRESS + rb")/\d+ )?"
    rb"(?:query\[[^\]]+\] (?P<name>\S+) from (?P<asker>\S+)|(?:reply|cached) (?P<answered>\S+) is (?P<value>\S+))"
)  # fmt: skip
_UNBOUND = re.compile(
    _TIME
    + rb"[^\[]{0,200}\[?[^\]]{0,200}\]? info: (?P<client>"
    + _ADDRESS
    + rb") (?P<name>\S+) [A-Z0-9]+ IN\b"
)


@dataclass(frozen=True, slots=True)
class ResolverLine:
    """What one line tells.

    Args:
        time: as it is written.
        client: who asked, None where an answer's line does not say.
        name: lower case, without the last dot.
        addresses: of the answer.
        is_answer: whether the line tells an answer and no question.
        alias_follows: the name is another's alias, and the lines that follow tell of that one.
    """

    time: bytes
    client: str | None
    name: str
    addresses: tuple[str, ...] = ()
    is_answer: bool = False
    alias_follows: bool = False


def parse_line(text: bytes) -> ResolverLine | None:
    """One line; None where it is of no known form.

    Raises:
        ValueError: the client is no address.
    """
    if len(text) > _MOST_BYTES:
        return None
    if b"dnsmasq[" in text:
        found = _DNSMASQ.match(text)
        return _dnsmasq(found) if found else None
    found = (_BIND if b"query: " in text else _UNBOUND).match(text)
    return ResolverLine(found["time"], _client(found["client"]), plain_name(found["name"])) if found else None


def _dnsmasq(found: re.Match[bytes]) -> ResolverLine | None:
    client = _client(found["client"]) if found["client"] else None
    if found["name"]:
        return ResolverLine(found["time"], client or _client(found["asker"]), plain_name(found["name"]))
    name = plain_name(found["answered"])
    if found["value"] == b"<CNAME>":
        return ResolverLine(found["time"], client, name, is_answer=True, alias_follows=True)
    try:
        addresses = (canonical(found["value"].decode("ascii", "replace")),)
    except ValueError:  # NXDOMAIN, NODATA, a text: an answer without an address tells nothing
        return None
    return ResolverLine(found["time"], client, name, addresses, is_answer=True)


def _client(text: bytes) -> str:
    try:
        return canonical(text.decode("ascii"))
    except ValueError:
        raise ValueError("the client is no address") from None


def plain_name(text: bytes) -> str:
    """A name as NameSeen has it."""
    return text.decode("utf-8", "replace").lower().rstrip(".")


class AnswerChain:
    """Follows an answer over its lines: the name that was asked, its aliases, then addresses of the last."""

    _MOST = 16

    def __init__(self) -> None:
        self._names: list[str] = []

    def follow(self, line: ResolverLine) -> tuple[str, tuple[str, ...]]:
        """The name that was asked and the aliases up to this line's name."""
        if not line.is_answer:
            self._names.clear()
            return line.name, ()
        chain = [*(name for name in self._names if name != line.name), line.name]
        if line.alias_follows:
            self._names = chain[-self._MOST :]
        return chain[0], tuple(chain[1:])
