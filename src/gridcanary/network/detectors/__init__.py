"""The detectors of the network lens: a file each, registered here and nowhere else.

A detector declares ``name`` (that of its file) and looks at one session; a group detector looks at all together. Add
its maker to DETECTORS or GROUP_DETECTORS, one a line; the order doesn't matter, since votes are fused by strength.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gridcanary.network.detectors.cryptonote import CryptoNote
from gridcanary.network.detectors.eth_proxy import EthProxy
from gridcanary.network.detectors.getblocktemplate import GetBlockTemplate
from gridcanary.network.detectors.getwork import GetWork
from gridcanary.network.detectors.hashrate import HashrateDetector
from gridcanary.network.detectors.intrusion import IntrusionDetector
from gridcanary.network.detectors.nodes import Nodes
from gridcanary.network.detectors.pool_address import PoolAddress
from gridcanary.network.detectors.pool_name import PoolName
from gridcanary.network.detectors.proxy import ProxyDetector
from gridcanary.network.detectors.sensor_alerts import SensorAlerts
from gridcanary.network.detectors.shape import Shape
from gridcanary.network.detectors.stratum_v1 import StratumV1
from gridcanary.network.detectors.stratum_v2 import StratumV2
from gridcanary.network.detectors.synchrony import SynchronyDetector
from gridcanary.network.detectors.website import Website
from gridcanary.network.endpoint_uses import EndpointUses, read_endpoint_uses
from gridcanary.network.pools.pool_list import PoolList, shipped
from gridcanary.network.votes import Detector, GroupDetector


@dataclass(frozen=True, slots=True)
class Given:
    """What a scan was given besides sessions, for detectors that need it.

    Args:
        pools: the list of pools that names and addresses are looked up in; votes number its entries.
        endpoints: table of endpoints with their class of use and, where known, their load; None without.
    """

    pools: PoolList = field(default_factory=shipped)
    endpoints: Path | None = None


DETECTORS: tuple[Callable[[Given], Detector], ...] = (
    lambda given: StratumV1(),
    lambda given: CryptoNote(),
    lambda given: EthProxy(),
    lambda given: GetWork(),
    lambda given: GetBlockTemplate(),
    lambda _: HashrateDetector(),
    lambda given: IntrusionDetector(_uses(given)),
    lambda given: Nodes(given.pools),
    lambda given: PoolAddress(given.pools),
    lambda given: PoolName(given.pools),
    lambda _: ProxyDetector(),
    lambda _: SensorAlerts(),
    lambda _: Shape(),
    lambda _: StratumV2(),
    lambda given: Website(given.pools),
)
"""Makers of the detectors; each takes what the scan was given."""

GROUP_DETECTORS: tuple[Callable[[Given], GroupDetector], ...] = (lambda _: SynchronyDetector(),)
"""Makers of the detectors that look at several lines together."""


def detectors_for(given: Given) -> tuple[Detector, ...]:
    """All detectors, ready for a scan."""
    return tuple(make(given) for make in DETECTORS)


def group_detectors_for(given: Given) -> tuple[GroupDetector, ...]:
    """All group detectors, ready for a scan."""
    return tuple(make(given) for make in GROUP_DETECTORS)


def _uses(given: Given) -> EndpointUses:
    return read_endpoint_uses(given.endpoints) if given.endpoints else EndpointUses([])
