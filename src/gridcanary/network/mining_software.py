"""Whether a program that names itself is one that mines."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"miner|mining|xmr|stratum|nicehash|cpuminer|cgpu|\brig\b|claymore|phoenix|t-rex|teamred|braiins|bosminer|avalon"
    r"|bitaxe|rhminer|srb|onezero|bzm|\brigel|wildrig|nsf|nhmp|hashvault|luxos|vnish|iceriver|poclbm|phatk|ufasoft|diablo"
    r"|gekko|jce_|xme|coin-?hive|cryptonight|randomx|ethash|ewbf|dstm|zm\b|optiminer|finminer",
    re.IGNORECASE,
)
"""Words in the names of mining programs, firmware and proxies; ``miner`` alone tells most of them."""


def is_mining_software(agent: str | None) -> bool:
    """Whether the name is a mining program's.

    Args:
        agent: as the program calls itself in a login or an HTTP head.

    >>> is_mining_software("XMRig/6.21.0"), is_mining_software("ChatApp/2.1"), is_mining_software(None)
    (True, False, False)
    """
    return bool(agent and _WORDS.search(agent))
