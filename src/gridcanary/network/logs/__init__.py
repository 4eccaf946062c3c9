"""Sensors' and resolvers' logs to sessions: Suricata EVE, Zeek, nfdump, passive DNS, resolver logs.

>>> from gridcanary.network.logs import Wanted, sessions_of_logs
>>> wanted = Wanted(names=["pool.example"], addresses=["192.0.2.7"])
>>> list(sessions_of_logs([], wanted))
[]
"""

from gridcanary.network.logs.kinds import kind_of_log
from gridcanary.network.logs.rejects import LogReport
from gridcanary.network.logs.session_logs import sessions_of_log, sessions_of_logs
from gridcanary.network.logs.wanted import Wanted

__all__ = ["LogReport", "Wanted", "kind_of_log", "sessions_of_log", "sessions_of_logs"]
