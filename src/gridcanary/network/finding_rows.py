"""A judged session as a row of the findings table; addresses become pseudonyms here and go no further."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.contracts.reasons import Reason, dump_reasons
from gridcanary.network.dialogue import Dialogue
from gridcanary.network.explain import sentences
from gridcanary.network.hello import fingerprints_of
from gridcanary.network.pools.pool_list import PoolList
from gridcanary.network.pseudonyms import Pseudonyms
from gridcanary.network.sessions import TCP, UDP, Session
from gridcanary.network.spelled_addresses import is_public
from gridcanary.network.votes import Judged, Vote
from gridcanary.network.work import work_columns

PROTOCOLS = {TCP: "tcp", UDP: "udp"}
ID_CHARACTERS = 24
HYPOTHESES = ("intrusion", "proxy", "mining")
"""Of several the first is told: each calls for other steps than the next."""
ALWAYS_INNOCENT = [Reason("end.shared"), Reason("end.elsewhere")]
"""What no capture can rule out, said of every listed session."""


def finding_row(judged: Judged, names: Pseudonyms, pools: PoolList) -> dict[str, Any]:
    """One row of NETWORK_FINDINGS but its rank, which the whole table gives.

    Args:
        judged: the session with its votes.
        names: pseudonyms for both ends and for every address in a reason.
        pools: the list whose entries the votes number.
    """
    session = judged.session
    reasons, innocent = _told(judged, names)
    return {
        **_ends(session, names),
        **_talk(judged, names),
        **_pool(judged, pools, names),
        **_work(session, names),
        "rank": 0,
        "listed": judged.listed,
        "hypothesis": hypothesis_of(judged.votes),
        "llr": judged.llr,
        "packets": session.counts.packets,
        "bytes": session.counts.bytes_up + session.counts.bytes_down,
        **texts_of(reasons, innocent),
        "votes": json.dumps([[vote.detector, vote.strength, round(vote.llr, 3)] for vote in judged.votes]),
        "source": names.hidden(session.source.file, _addresses(session), others=any_address),
        "source_kind": session.source.kind,
        "quality": ",".join(quality_codes(session)),
        "synchronous_with": json.dumps(sorted(names.of(address) for address in judged.partners)),
    }


def hypothesis_of(votes: Iterable[Vote]) -> str:
    """What the session is: the rarer and graver of the hypotheses that were named, mining where none was."""
    named = {vote.hypothesis for vote in votes}
    return next((one for one in HYPOTHESES if one in named), "mining")


def _told(judged: Judged, names: Pseudonyms) -> tuple[list[Reason], list[Reason]]:
    """What speaks for mining, and what else explains it; a vote against mining is an explanation as well."""
    speaking = [vote for vote in judged.votes if vote.llr >= 0 and not vote.not_mining]
    against = [vote for vote in judged.votes if vote not in speaking]
    ends = _addresses(judged.session)
    reasons = unique(_masked(reason, names, ends) for vote in speaking for reason in vote.reasons)
    other = [reason for vote in against for reason in (*vote.reasons, *vote.innocent)]
    other += [reason for vote in speaking for reason in vote.innocent]
    if judged.listed:
        other += ALWAYS_INNOCENT
    return reasons, unique(_masked(reason, names, ends) for reason in other)


def texts_of(reasons: Sequence[Reason], innocent: Sequence[Reason]) -> dict[str, str]:
    """The six columns of reasons and innocent explanations."""
    return {
        "reasons_zh": sentences(reasons, "zh"),
        "reasons_en": sentences(reasons, "en"),
        "innocent_zh": sentences(innocent, "zh"),
        "innocent_en": sentences(innocent, "en"),
        "reasons": dump_reasons(reasons),
        "innocent": dump_reasons(innocent),
    }


def unique(reasons: Iterable[Reason]) -> list[Reason]:
    """Each reason once, in the order given."""
    return list({dump_reasons([reason]): reason for reason in reasons}.values())


def ranked(rows: pa.Table) -> pa.Table:
    """Rows by suspicion: listed first, then by likelihood ratio, by hash rate's power and by time; rank 1 leads."""
    order = [
        ("listed", "descending"),
        ("llr", "descending"),
        ("kw_mid", "descending"),
        ("first_seen", "ascending"),
        ("session_id", "ascending"),
    ]
    rows = rows.take(pc.sort_indices(rows, sort_keys=order))
    rank = pa.array(range(1, rows.num_rows + 1), pa.int32())
    return rows.set_column(rows.schema.get_field_index("rank"), NETWORK_FINDINGS.field("rank"), rank)


def quality_codes(session: Session) -> list[str]:
    """Codes of what limits the session's figures."""
    dialogue, opening = session.dialogue, session.opening
    found = {
        "shed": session.shed,
        "gaps": dialogue is not None and dialogue.gaps > 0,
        "one_way": 0 in (session.counts.packets_up, session.counts.packets_down),
        "midstream": (dialogue is not None and not dialogue.begun)
        or (opening is not None and not opening.complete),
        "sampled": session.source.sampling > 1,
    }
    return [code for code, holds in found.items() if holds]


def _ends(session: Session, names: Pseudonyms) -> dict[str, Any]:
    client, server = names.of(session.client.address), names.of(session.server.address)
    protocol = PROTOCOLS.get(session.protocol, str(session.protocol))
    told = (client, session.client.port, server, session.server.port, protocol, session.first_ns)
    return {
        "session_id": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:ID_CHARACTERS],
        "first_seen": moment(session.first_ns),
        "last_seen": moment(session.last_ns),
        "client": client,
        "client_port": session.client.port,
        "server": server,
        "server_port": session.server.port,
        "protocol": protocol,
    }


def _talk(judged: Judged, names: Pseudonyms) -> dict[str, Any]:
    """What the session told in plain words: method, names, who logged in."""
    session = judged.session
    dialogue = session.dialogue
    method = next(
        (vote.method for vote in judged.votes if vote.method), dialogue.family if dialogue else None
    )
    name = session.names.tls or session.names.http_host
    ja3, ja4 = fingerprints_of(session.names)
    return {
        "method": method,
        "transport": dialogue.transport if dialogue else None,
        "tls_name": names.hidden(name, _addresses(session)) if name else None,
        "ja3": ja3,
        "ja4": ja4,
        "algorithm": dialogue.algorithm if dialogue else None,
        "coin": dialogue.coin if dialogue else None,
        "shares": len(dialogue.shares) if dialogue else None,
        **(_logins(dialogue, names, _addresses(session)) if dialogue else {}),
    }


def _addresses(session: Session) -> tuple[str, str]:
    return session.client.address, session.server.address


def _work(session: Session, names: Pseudonyms) -> dict[str, Any]:
    """Columns of the work; a machine named after its own address tells no place that could be shown."""
    columns = work_columns(session)
    place = columns.get("rack_position")
    if place is not None and names.hidden(place, _addresses(session)) != place:
        columns["rack_position"] = None
    return columns


def _pool(judged: Judged, pools: PoolList, names: Pseudonyms) -> dict[str, Any]:
    """The entry that the strongest vote met; of a web site that is no pool's work host nothing is told."""
    met = next(
        (vote.pool_entry for vote in judged.votes if vote.pool_entry is not None and vote.llr > 0), None
    )
    if met is None:
        return {}
    entry, ends = pools.entries[met], _addresses(judged.session)
    return {
        "pool": names.hidden(entry.title, ends, others=no_address),
        "pool_entry": names.hidden(entry.place, ends, others=no_address),
        "pool_entry_date": entry.source_date,
        "pool_entry_source": entry.source,
    }


def _logins(dialogue: Dialogue, names: Pseudonyms, ends: tuple[str, str]) -> dict[str, Any]:
    """Of several logins the first that tells each fact; a session with many is a proxy and says how many."""
    wallet = next((login for login in dialogue.logins if login.wallet), None)
    account = next((login.user for login in dialogue.logins if login.user and not login.wallet), None)
    worker = next((login.worker for login in dialogue.logins if login.worker), None)
    agent = next((login.agent for login in dialogue.logins if login.agent), None)
    return {
        "wallet": wallet.wallet if wallet else None,
        "wallet_network": wallet.network if wallet else None,
        "account": names.hidden(account, ends) if account else None,
        "worker": names.hidden(worker, ends) if worker else None,
        "workers": len(_worker_names(dialogue)) or None,
        "agent": names.hidden(agent, ends, others=no_address) if agent else None,
    }


def no_address(_: str) -> bool:
    """Of software's names only the ends are hidden: versions look like addresses."""
    return False


def any_address(_: str) -> bool:
    """Files may be named after machines within a network, too."""
    return True


def _worker_names(dialogue: Dialogue) -> set[str]:
    """Different names, of logins and of shares; without any, different users."""
    named = {login.worker for login in dialogue.logins if login.worker} | set(dialogue.shares.workers)
    return named or {login.user for login in dialogue.logins if login.user}


def moment(time_ns: int) -> dt.datetime:
    """UTC time to the microsecond [from ns since 1970]."""
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_ns // 1000)


def _masked(reason: Reason, names: Pseudonyms, ends: tuple[str, str]) -> Reason:
    params = {
        key: names.hidden(value, ends, others=no_address if key == "agent" else is_public)
        if isinstance(value, str)
        else value
        for key, value in reason.params.items()
    }
    return Reason(reason.code, params)
