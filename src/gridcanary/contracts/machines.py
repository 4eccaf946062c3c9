"""Mining machines and their nameplate power, from the dated list beside this file; every room reads this one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from gridcanary.contracts.errors import InputError, SchemaMismatch

COLUMNS = ("model", "kind", "watts", "terahash", "as_of", "source", "verified")


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

    @property
    def joules_per_terahash(self) -> float | None:
        """Watts that one TH/s takes; None where the machine has no such rate."""
        return self.watts / self.terahash if self.terahash else None


def machines_csv() -> bytes:
    """The dated list as it is delivered."""
    return files("gridcanary.contracts").joinpath("machines.csv").read_bytes()


def machine_models() -> dict[str, MachineModel]:
    """All known machines by model name."""
    return {machine.model: machine for machine in parse_machines(machines_csv(), "machines.csv")}


def parse_machines(content: bytes, name: str) -> list[MachineModel]:
    """The machines of a list with the columns of our own.

    Args:
        content: CSV in UTF-8 with ``model, kind, watts, terahash, as_of, source, verified``.
        name: what errors call the file.

    Raises:
        InputError: no such table; names row and column.
    """
    try:
        rows = csv.DictReader(content.decode("utf-8-sig").splitlines())
    except UnicodeDecodeError as error:
        raise InputError(name, "is no UTF-8", remedy="save it as UTF-8") from error
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise SchemaMismatch(name, f"no column is called {', '.join(missing)}", row=1)
    return [_machine(row, rows.line_num, name) for row in rows]


def _machine(row: dict[str, str], number: int, name: str) -> MachineModel:
    if not row["model"] or not row["source"]:
        raise InputError(name, "a machine needs a model and a source", row=number)
    return MachineModel(
        model=row["model"],
        kind=row["kind"],
        watts=int(_positive(row, "watts", number, name)),
        terahash=_positive(row, "terahash", number, name) if row["terahash"] else None,
        as_of=row["as_of"],
        source=row["source"],
        verified=row["verified"] == "true",
    )


def _positive(row: dict[str, str], column: str, number: int, name: str) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = 0.0
    if not 0 < value < 1e6:
        raise InputError(name, f"{row[column]!r} is no positive number", row=number, column=column)
    return value
