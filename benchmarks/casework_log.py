"""Millions of events for the cases, as a valid log: canonical entries, both chains, the nodes of the tree.

``custody.actions.record`` appends some hundred events a second; here each entry is put together from text whose parts
are in canonical order already. ``check_log`` reads a sample again by the product's own rules.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from benchmarks.casework_cases import FilledCases
from benchmarks.casework_rows import copy_lines, without_triggers, write
from django.db import connection, transaction

from gridcanary.custody.events import Event, StoredHashes, TreeNode
from gridcanary.evidence.canonical import parse_utc_text
from gridcanary.evidence.digests import sm3_hex
from gridcanary.evidence.leaf import NO_PREDECESSOR, Entry, chained
from gridcanary.evidence.merkle import (
    TILE_LEVELS,
    TILE_WIDTH,
    check_inclusion,
    fold,
    inclusion_proof,
    leaf_hash,
    root,
)

BLOCK = 50_000
US = np.timedelta64(1, "us")
COLUMNS = ("seq", "occurred_at", "actor_id", "unit_code", "case_ref", "kind", "entry", "leaf_hash")

FIRST = (
    ("case.opened", '{{"case":"{case}","pack":"cn_sd","returned_from":"","stage":"lead","title":"{title}"}}'),
    ("site.added", '{{"admin_code":"{area}","case":"{case}","meter_id":"M{n:08d}","premises_id":"P{n:08d}","site":{n}}}'),
    ("lead.taken", '{{"as_of":"","case":"{case}","lead":{n},"source":"power","subject":"M{n:08d}"}}'),
)  # fmt: skip
LATER = (
    ("task.set", '{{"case":"{case}","due_on":"","task":{n},"title":"现场核实用电设备","to":"{unit}"}}'),
    ("task.done", '{{"case":"{case}","result":"已核实，见检查记录","task":{n}}}'),
    ("clock.started", '{{"case":"{case}","clock":{n},"code":"tip_check","due_at":"","subject":""}}'),
    ("clock.stopped", '{{"case":"{case}","clock":{n},"code":"tip_check","late":false,"why":"tip_decided"}}'),
    ("case.moved", '{{"case":"{case}","entered":"investigate","left":"discover","remark":"","way":"open_investigation"}}'),
    ("share.given", '{{"case":"{case}","level":"work","purpose":"联合检查","to":"{unit}"}}'),
    ("share.received", '{{"case":"{case}"}}'),
    ("approval.given", '{{"case":"{case}","remark":"同意","role":"approver","subject":"gate:open_investigation"}}'),
    ("condition.stated", '{{"basis":"检查记录第{n}号","case":"{case}","condition":"premises_checked","holds":true}}'),
    ("clock.reminded", '{{"case":"{case}","clock":{n},"code":"preservation","kind":"soon"}}'),
)  # fmt: skip
"""Bodies in canonical order of keys."""


@dataclass(frozen=True)
class CheckedLog:
    """What was read again of a log: events, entries and chains compared one by one, inclusion proofs."""

    events: int
    compared: int
    proofs: int


def fill_log(filled: FilledCases, events: int, rng: np.random.Generator) -> None:
    """Write the log of the cases.

    Args:
        filled: the cases.
        events: how many; at least three a case.
        rng: of kinds and times.
    """
    case, at = _timetable(filled, events, rng)
    nodes: list[tuple[int, int, bytes]] = []
    rows = _growing(_entries(filled, case, at, rng), nodes)
    with transaction.atomic(), without_triggers():
        if connection.vendor == "postgresql":
            copy_lines("custody_event", COLUMNS, map(_line, rows))
        else:
            write(Event, COLUMNS, ((row[0], parse_utc_text(row[1]), *row[2:]) for row in rows))
        write(TreeNode, ("level", "number", "node_hash"), nodes)


def _timetable(filled: FilledCases, events: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Which case each event is about, and when: in the order of time, as many cases write side by side."""
    cases = len(filled.numbers)
    extra = events - 3 * cases
    if extra < 0:
        raise ValueError(f"{cases} cases need {3 * cases} events, found {events}")
    share = rng.lognormal(0, 0.8, cases)
    share[filled.busy] = share.sum() * min(0.01, 2_000 / events)  # one case whose history is very long
    counts = 3 + rng.multinomial(extra, share / share.sum())
    case = np.repeat(np.arange(cases, dtype=np.int32), counts)
    life = (filled.ended - filled.opened)[case]
    place = rng.random(events)
    place[np.cumsum(counts) - counts] = 0.0
    at = filled.opened[case] + (life / US * place).astype("int64") * US
    order = np.argsort(at, kind="stable")
    return case[order], at[order]


Row = tuple[int, str, int, str, str, str, str, bytes]


def _entries(
    filled: FilledCases, case: np.ndarray, at: np.ndarray, rng: np.random.Generator
) -> Iterator[Row]:
    told = [0] * len(filled.numbers)
    previous = NO_PREDECESSOR
    for begin in range(0, len(case), BLOCK):
        times = np.datetime_as_string(at[begin : begin + BLOCK].astype("datetime64[us]"))
        kinds = rng.integers(0, len(LATER), BLOCK).tolist()
        for place, index in enumerate(case[begin : begin + BLOCK].tolist()):
            number, unit, actor = filled.numbers[index], filled.unit_codes[index], filled.actors[index]
            kind, body = FIRST[told[index]] if told[index] < 3 else LATER[kinds[place]]
            told[index] += 1
            text = body.format(
                case=number, n=index + 1, unit=unit, title=filled.titles[index], area=filled.areas[index]
            )
            entry = (
                f'{{"actor":"{filled.usernames[actor]}","at":"{times[place]}Z","body":{text},"case":"{number}",'
                f'"kind":"{kind}","prev_sm3":"{previous}","seq":{begin + place},"unit":"{unit}","v":1}}'
            )
            content = entry.encode()
            previous = sm3_hex(content)
            leaf = hashlib.sha256(b"\0" + content).digest()
            yield begin + place, f"{times[place]}Z", actor, unit, number, kind, entry, leaf


def _growing(rows: Iterator[Row], nodes: list[tuple[int, int, bytes]]) -> Iterator[Row]:
    """Hands the rows on and gathers the roots of complete subtrees."""
    pending: dict[int, list[bytes]] = {}
    numbers: dict[int, int] = {}
    for row in rows:
        level, hash_ = 0, row[-1]
        while True:
            held = pending.setdefault(level, [])
            held.append(hash_)
            if len(held) < TILE_WIDTH:
                break
            level, hash_ = level + TILE_LEVELS, fold(held)
            nodes.append((level, numbers.setdefault(level, 0), hash_))
            numbers[level] += 1
            held.clear()
        yield row


def _line(row: Row) -> str:
    return "\t".join(map(str, row[:-1])) + f"\t\\\\x{row[-1].hex()}\n"


def check_log(places: Sequence[int], run: int = 50) -> CheckedLog:
    """Read runs of the log again by the rules of the product.

    Args:
        places: where the runs begin.
        run: events in each.

    Raises:
        ProofFault, NotCanonical: the log is no valid one.
        AssertionError: a column or a chain differs from what the entry says.
    """
    size, compared = Event.objects.count(), 0
    head = root(StoredHashes(), size)
    for begin in places:
        stored = list(Event.objects.filter(seq__gte=begin, seq__lt=begin + run).order_by("seq"))
        before = Event.objects.filter(seq=begin - 1).first()
        previous = before.entry.encode() if before else None
        for one in stored:
            content = one.entry.encode()
            entry = Entry.from_bytes(content)
            assert entry.prev_sm3 == chained(previous), one
            assert bytes(one.leaf_hash) == leaf_hash(content), one
            assert (entry.seq, entry.at, entry.case, entry.kind) == (
                one.seq,
                one.occurred_at,
                one.case_ref,
                one.kind,
            )
            previous, compared = content, compared + 1
        path = inclusion_proof(StoredHashes(), begin, size)
        check_inclusion(leaf_hash(stored[0].entry.encode()), begin, size, path, head)
    return CheckedLog(size, compared, len(places))


def moment(value: dt.datetime) -> np.datetime64:
    """A moment as the timetable counts it, in UTC."""
    return np.datetime64(value.astimezone(dt.UTC).replace(tzinfo=None), "us")
