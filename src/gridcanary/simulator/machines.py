"""Mining machines and their nameplate power, from the dated list beside this file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MachineModel:
    """A machine as sold.

    Args:
        model: trade name.
        kind: ``asic``, ``hydro`` or ``gpu``.
        watts: nameplate power [W].
        terahash: hash rate [TH/s], None where it makes no sense.
        as_of: when the source was current, year or year-month.
        source: where the figures were read.
        verified: whether the source was opened and the figure read there.
    """

    model: str
    kind: str
    watts: int
    terahash: float | None
    as_of: str
    source: str
    verified: bool


def machine_models() -> dict[str, MachineModel]:
    """All known machines by model name."""
    text = files("gridcanary.simulator").joinpath("machines.csv").read_text("utf-8")
    return {
        row["model"]: MachineModel(
            model=row["model"],
            kind=row["kind"],
            watts=int(row["watts"]),
            terahash=float(row["terahash"]) if row["terahash"] else None,
            as_of=row["as_of"],
            source=row["source"],
            verified=row["verified"] == "true",
        )
        for row in csv.DictReader(text.splitlines())
    }
