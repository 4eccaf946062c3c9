"""How many machines a power stands for.

A machine of the S19, M30 and S21 families draws 3.0 to 3.6 kW at the wall by its maker's data (see
docs/lenses/power.md for the list and its sources); fans and power supplies add 3 to 10 %. Older S9-class
machines draw 1.3 kW, so that a count is a reading aid and no proof.
"""

from __future__ import annotations

import math

CLASS_NAME = "S19/M30/S21"
KW_LOW, KW_HIGH = 3.0 * 1.03, 3.6 * 1.10
"""Power of one machine with its share of fans [kW]."""

LEAST_KW = 1.2
"""A constant load below this is no mining machine of any common class [kW]."""


def machines(kw_low: float, kw_high: float) -> tuple[int, int]:
    """Fewest and most machines of the class that make up a power band [kW]; at least one."""
    fewest = max(1, math.floor(kw_low / KW_HIGH))
    return fewest, max(fewest, math.ceil(kw_high / KW_LOW))
