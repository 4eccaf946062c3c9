"""Mining on a wire that never was: a small pool and miner of our own over real TLS, with what is true of each line."""

from gridcanary.simulator.mining_wire.services import SERVICES
from gridcanary.simulator.mining_wire.serving import ServiceHost
from gridcanary.simulator.mining_wire.session_tap import SessionTap
from gridcanary.simulator.mining_wire.truth import DISGUISES, WireTruth
from gridcanary.simulator.mining_wire.world import Mining, WireWorld

__all__ = ["DISGUISES", "SERVICES", "Mining", "ServiceHost", "SessionTap", "WireTruth", "WireWorld"]
