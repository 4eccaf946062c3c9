"""How many meters were scanned in each neighbourhood and of each kind: the rate of chance for steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def place_of(customer: Mapping[str, Any] | None) -> str:
    """The neighbourhood in which steps are compared: the feeder, else the county, else none."""
    if customer is None:
        return ""
    return str(customer.get("feeder_id") or customer.get("admin_code") or "")


def kind_of(customer: Mapping[str, Any]) -> str:
    """What a customer's steps are compared within: tariff class and trade."""
    return f"{customer.get('tariff_class')} {customer.get('trade_code') or ''}"


@dataclass(slots=True)
class Population:
    """Meters scanned, counted.

    Args:
        places: by :func:`place_of`, meters that the archive does not know included.
        kinds: by :func:`kind_of`, those left out.
    """

    places: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, meter_ids: pa.StringArray, archive: pa.Table | None) -> None:
        """Count some more meters; no meter may come twice."""
        if archive is None:
            self.places[""] += len(meter_ids)
            return
        known = archive.filter(pc.is_in(archive["meter_id"], value_set=meter_ids))
        self.places[""] += len(meter_ids) - known.num_rows
        for row in _counted(known, ("feeder_id", "admin_code")):
            self.places[place_of(row)] += row["count"]
        for row in _counted(known, ("tariff_class", "trade_code")):
            self.kinds[kind_of(row)] += row["count"]


def _counted(customers: pa.Table, columns: tuple[str, str]) -> list[dict[str, Any]]:
    """The combinations of two columns that occur, with how often as ``count``."""
    told = customers.select(columns).group_by(list(columns)).aggregate([([], "count_all")])
    return told.rename_columns([*columns, "count"]).to_pylist()
