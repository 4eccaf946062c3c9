"""How much of the case's coins went to which service and which category, directly and over others' hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gridcanary.chain.trace.tracing import Trace
from gridcanary.chain.transactions import Outpoint

DIRECT_HOPS = 1
"""A service that a wallet paid itself, or was paid at, is direct exposure; anything further is indirect."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One line of the table of exposure.

    Args:
        service: its name; empty in the lines of whole categories.
        category: as labels say.
        direct: whether the wallet paid the service itself.
        outputs: how many outputs.
        confidence: the least of them that the output is the service's [per cent].
        satoshi: the case's satoshi under each rule, by the rule's name.
    """

    service: str
    category: str
    direct: bool
    outputs: int
    confidence: int
    satoshi: dict[str, int]


def exposures(trace: Trace) -> list[Exposure]:
    """Exposure by service, largest first under poison or else the first rule."""
    groups: dict[tuple[str, str, bool], list[Outpoint]] = {}
    for outpoint, ended in trace.collection.ended.items():
        if ended.service is not None:
            direct = trace.collection.outputs[outpoint].hop <= DIRECT_HOPS
            groups.setdefault((ended.service.name, ended.service.category, direct), []).append(outpoint)
    return _sorted(
        Exposure(
            name,
            category,
            direct,
            len(outpoints),
            min(trace.collection.ended[outpoint].confidence for outpoint in outpoints),
            totals(trace, outpoints),
        )
        for (name, category, direct), outpoints in groups.items()
    )


def by_category(lines: Iterable[Exposure]) -> list[Exposure]:
    """The same table by category."""
    groups: dict[tuple[str, bool], list[Exposure]] = {}
    for line in lines:
        groups.setdefault((line.category, line.direct), []).append(line)
    return _sorted(
        Exposure(
            "",
            category,
            direct,
            sum(line.outputs for line in group),
            min(line.confidence for line in group),
            {rule: sum(line.satoshi[rule] for line in group) for rule in group[0].satoshi},
        )
        for (category, direct), group in groups.items()
    )


def totals(trace: Trace, outpoints: Iterable[Outpoint]) -> dict[str, int]:
    """The case's satoshi in some outputs under each rule."""
    wanted = list(outpoints)
    return {
        rule: sum(flowed.tainted(outpoint) for outpoint in wanted) for rule, flowed in trace.flows.items()
    }


def _sorted(lines: Iterable[Exposure]) -> list[Exposure]:
    return sorted(
        lines,
        key=lambda line: (-max(line.satoshi.values(), default=0), line.category, line.service, line.direct),
    )
