"""What a sensor says of a conversation before its flow record comes: names, alerts, by the sensor's own number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gridcanary.network.logs.stitching import FlowRecord, merged_names
from gridcanary.network.sessions import Names, SensorAlert

MOST_WAITING = 200_000
"""Conversations whose flow record is awaited; beyond it those that wait longest become sessions without one."""

MOST_ALERTS = 32
"""Different alerts that are kept of one conversation."""


@dataclass(slots=True)
class _Waiting:
    record: FlowRecord
    alerts: dict[SensorAlert, None] = field(default_factory=dict)


class Naming:
    """Holds names and alerts until the flow record that they belong to.

    Args:
        most: conversations held.
    """

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()

    def add(self, number: str, record: FlowRecord) -> Iterator[FlowRecord]:
        """Hold what one event said, ``number`` being the sensor's of the conversation."""
        held = self._waiting.get(number)
        if held is None:
            held = self._waiting[number] = _Waiting(record)
        else:
            known = held.record
            known.names = merged_names(known.names, record.names)
            known.first_ns, known.last_ns = (
                min(known.first_ns, record.first_ns),
                max(known.last_ns, record.last_ns),
            )
            if record.counts.packets > known.counts.packets:
                known.counts = record.counts
        for alert in record.alerts:
            if len(held.alerts) < MOST_ALERTS:
                held.alerts[alert] = None
        self._waiting.move_to_end(number)
        while len(self._waiting) > self._most:
            yield _alone(self._waiting.popitem(last=False)[1])

    def take(self, number: str) -> tuple[Names, tuple[SensorAlert, ...]]:
        """What was said of a conversation; nothing where nothing was."""
        held = self._waiting.pop(number, None)
        return (held.record.names, tuple(held.alerts)) if held else (Names(), ())

    def close(self) -> Iterator[FlowRecord]:
        """Conversations of which no flow record came."""
        while self._waiting:
            yield _alone(self._waiting.popitem(last=False)[1])


def _alone(held: _Waiting) -> FlowRecord:
    held.record.alerts = tuple(held.alerts)
    return held.record
