"""Who a script belongs to, as labels tell it, and at whose scripts a trace ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

KEEPERS = frozenset(
    {
        "atm",
        "bridge",
        "coinjoin",
        "coinswap",
        "custody",
        "defi",
        "dex",
        "exchange",
        "gambling",
        "hosted_wallet",
        "hyip",
        "market",
        "merchant",
        "merchant_services",
        "miner",
        "mixing_service",
        "p2p_exchange",
        "payment_processor",
        "sanction",
        "sanctioned",
        "service",
        "unspecified",
    }
)
"""Categories at which a trace ends: behind them coins of many owners lie together, and only the keeper can tell them
apart. Words of GraphSense's and INTERPOL's taxonomies of entities; hyphens and blanks count as underscores."""

MINER = "miner"
UNSPECIFIED = "unspecified"
"""Category of a script whose label tells none; it ends a trace too, because somebody found it worth a label."""

UNRESOLVED = "unresolved"
"""Category of a script whose labels name several services."""


@dataclass(frozen=True, slots=True)
class Service:
    """The keeper of a script.

    Args:
        name: as the label says it; several names joined by `` / `` where labels contradict each other.
        category: exchange, mixing_service, merchant …; :data:`UNRESOLVED` where labels contradict each other.
        source: which label file or pack says so.
    """

    name: str
    category: str
    source: str = field(default="", compare=False)

    @property
    def ends_trace(self) -> bool:
        """Whether coins are followed no further than to it."""
        return self.category == UNRESOLVED or canonical_category(self.category) in KEEPERS


class ServiceBook(Protocol):
    """Labels, asked for one script at a time."""

    def service_of(self, script: bytes) -> Service | None:
        """Whose script it is; None where no label speaks."""
        ...


class MappingBook:
    """Labels given as a mapping from script to service."""

    def __init__(self, services: Mapping[bytes, Service]) -> None:
        self._services = dict(services)

    def service_of(self, script: bytes) -> Service | None:
        """Whose script it is; None where no label speaks."""
        return self._services.get(script)


def canonical_category(category: str) -> str:
    """A category in lower case with underscores."""
    return category.strip().lower().replace("-", "_").replace(" ", "_")
