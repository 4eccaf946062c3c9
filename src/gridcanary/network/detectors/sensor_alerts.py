"""What the sensor's own rules about mining said (Suricata with Emerging Threats' rules, Zeek's notices)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.sessions import SensorAlert, Session
from gridcanary.network.votes import STRONG, WEAK, Vote

NAME = "sensor_alerts"
ABOUT_MINING = re.compile(
    r"coin[ -]?min|stratum|crypto ?(?:currency|coin)? ?min|mining (?:pool|domain|activity)|coin-?hive|monero|minergate"
    r"|xmrig|bitcoin ?min|getwork|getblocktemplate",
    re.IGNORECASE,
)
READS_MESSAGES = re.compile(
    r"stratum protocol|mining\.notify|miner (?:login|check-?in)|subscribe/authorize", re.IGNORECASE
)
"""Rules that read the messages themselves; others go by a name, a user agent or a file."""
OF_A_NAME = re.compile(r"dns|sni|domain|user-agent|ssl cert|observed|download", re.IGNORECASE)
MESSAGE_ODDS, OTHER_ODDS, NAME_ODDS = 1000.0, 10.0, 4.0


@dataclass(frozen=True, slots=True)
class SensorAlerts:
    """Passes the sensor's word on, weighed by what its rule looks at."""

    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """Strong for a rule that read mining messages, weak for others about mining."""
        told = [(odds_of(alert), alert) for alert in session.alerts if is_about_mining(alert)]
        if not told:
            return None
        odds, alert = max(told, key=lambda one: (one[0], one[1].rule))
        reason = Reason("sensor.alert", {"rule": alert.rule, "alerts": len(told)})
        innocent = Reason("sensor.innocent.message" if odds >= MESSAGE_ODDS else "sensor.innocent.name")
        strength = STRONG if odds >= MESSAGE_ODDS else WEAK
        return Vote(NAME, strength, math.log(odds), (reason,), (innocent,))


def is_about_mining(alert: SensorAlert) -> bool:
    """Whether a rule is about mining, by its name or category."""
    return bool(ABOUT_MINING.search(alert.rule) or ABOUT_MINING.search(alert.category.replace("-", " ")))


def odds_of(alert: SensorAlert) -> float:
    """How much likelier than innocent the rule makes mining."""
    if READS_MESSAGES.search(alert.rule):
        return MESSAGE_ODDS
    return NAME_ODDS if OF_A_NAME.search(alert.rule) else OTHER_ODDS
