"""EVE's dns events in their shapes: version 1 (an event for each record of an answer), 2 (Suricata 5 to 7: one for each
answer) and 3 (Suricata 8: ``queries`` is a list, ``request`` and ``response`` instead of ``query`` and ``answer``)."""

from __future__ import annotations

import json
from typing import Any

from gridcanary.network.ends import Source, canonical
from gridcanary.network.logs.fields import Fields
from gridcanary.network.names_seen import NameSeen

_DNS_PORT = 53
_ANSWERS = ("answer", "response")


def name_seen(fields: Fields, row: int, time_ns: int, source: Source) -> NameSeen | None:
    """What one dns event tells; None where it names nothing, as a question for the root.

    Args:
        fields: of the block.
        row: the event.
        time_ns: its time, UTC [ns since 1970].
        source: where it was read.

    Raises:
        ValueError: a list in it is no JSON.
    """
    answers, queries = _list(fields.raw("answers", row)), _list(fields.raw("queries", row))
    grouped = [_list(fields.raw(column, row)) for column in ("grouped_a", "grouped_aaaa", "grouped_cname")]
    client, server = _client_and_server(fields, row)
    name = fields.text("rrname", row) or next(
        (one["rrname"] for one in queries if _is_text(one, "rrname")), None
    )
    if not name:
        return None
    addresses, aliases = _answered(answers)
    flat = fields.text("rdata", row)
    if flat is not None:
        more, others = _answered([{"rrtype": fields.text("rrtype", row), "rdata": flat}])
        addresses, aliases = addresses + more, aliases + others
    addresses += [one for one in map(_address, grouped[0] + grouped[1]) if one]
    aliases += [one for one in grouped[2] if isinstance(one, str)]
    plain = _plain(name)
    return NameSeen(
        plain, client, time_ns, time_ns, source, tuple(dict.fromkeys(addresses)),
        tuple(dict.fromkeys(_plain(alias) for alias in aliases if _plain(alias) != plain)),
        count=0 if fields.text("dns_type", row) in _ANSWERS else 1, server=server,
    )  # fmt: skip


def _client_and_server(fields: Fields, row: int) -> tuple[str, str]:
    """Who asked and who answered: versions differ in whose packet an answer's event is drawn from."""
    ends = [fields.address(column, row) for column in ("src_ip", "dest_ip")]
    ports = [fields.text(column, row) for column in ("src_port", "dest_port")]
    by_port = [port == str(_DNS_PORT) for port in ports]
    backwards = by_port[0] if by_port[0] != by_port[1] else fields.text("dns_type", row) in _ANSWERS
    return (ends[1], ends[0]) if backwards else (ends[0], ends[1])


def _answered(answers: list[Any]) -> tuple[list[str], list[str]]:
    addresses: list[str] = []
    aliases: list[str] = []
    for answer in answers:
        if not (isinstance(answer, dict) and _is_text(answer, "rdata")):
            continue
        if answer.get("rrtype") in ("A", "AAAA"):
            found = _address(answer["rdata"])
            addresses += [found] if found else []
        elif answer.get("rrtype") == "CNAME":
            aliases.append(answer["rdata"])
    return addresses, aliases


def _list(raw: bytes | None) -> list[Any]:
    found = json.loads(raw) if raw else []
    return found if isinstance(found, list) else []


def _is_text(record: Any, key: str) -> bool:
    return isinstance(record, dict) and isinstance(record.get(key), str)


def _address(text: Any) -> str | None:
    try:
        return canonical(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _plain(name: str) -> str:
    return name.lower().rstrip(".")
