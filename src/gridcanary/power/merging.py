"""Putting imported rows and stored rows of one day together, a meter a row.

Imported rows come in any number per meter: one for power, one for a phase's voltage, a few for the hours of a
day. Within one import the first of two rows that say the same thing stays and the second is refused; against
what is stored the import wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.tables import BALANCE, CHANNELS, READINGS
from gridcanary.power.lake import REGISTER_CHANNELS, REGISTERS
from gridcanary.power.readers.base import PHASE_LOADS, ROW, curve_array

Refuse = Callable[[int | None, str, str], None]
"""Takes the row in the file, the key and the reason."""

_NOTHING = -1


@dataclass(frozen=True, slots=True)
class CurveTable:
    """What is peculiar to a table of daily curves.

    Args:
        schema: key, day and the curve that every row has.
        extra: further curves that a row may have.
        parts: curves whose sum stands in for the main one.
        keep_finer: whether a stored curve stays when the import knows the day less finely.
    """

    schema: pa.Schema
    extra: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    keep_finer: bool = False

    @property
    def curve_type(self) -> pa.ListType:
        """The Arrow type of its curves."""
        return self.schema.field(2).type

    @property
    def key(self) -> str:
        """The column that a row of a day is known by."""
        return str(self.schema.names[0])

    @property
    def main(self) -> str:
        """The curve that every row has."""
        return str(self.schema.names[2])


READINGS_TABLE = CurveTable(READINGS, CHANNELS, PHASE_LOADS)
BALANCE_TABLE = CurveTable(BALANCE, keep_finer=True)
REGISTERS_TABLE = CurveTable(REGISTERS, REGISTER_CHANNELS)
CURVE_TABLES = {"readings": READINGS_TABLE, "balance": BALANCE_TABLE, "registers": REGISTERS_TABLE}
"""Tables of daily curves by the name of their folder in the lake."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A day, or a part of its keys, after an import.

    Args:
        table: the rows to store, sorted by key.
        added: rows that are new.
        changed: rows that were there and are now different.
    """

    table: pa.Table
    added: int
    changed: int


def merge_day(
    stored: pa.Table, staged: pa.Table, kind: CurveTable, *, whole_days: bool, refuse: Refuse
) -> Merged:
    """Merge one day.

    Args:
        stored: what the lake has, columns of ``kind``; may be empty.
        staged: imported rows of one day, sorted by key and then in the order of the file.
        kind: which table.
        whole_days: an imported curve replaces the stored one; otherwise it fills it slot by slot.
        refuse: told of every row that has no place.
    """
    if not staged.num_rows:
        return Merged(stored.sort_by(kind.key), 0, 0)
    if _is_plain(stored, staged, kind):
        return Merged(staged.select(kind.schema.names).cast(kind.schema), staged.num_rows, 0)
    keys = pc.unique(pa.chunked_array(staged[kind.key].chunks + stored[kind.key].chunks, pa.string()))
    keys = keys.take(pc.sort_indices(keys))
    day = staged["day"][0]
    curves = _Curves(kind, keys, stored, staged, whole_days, refuse)
    columns = curves.merged()
    columns = {
        name: column
        for name, column in columns.items()
        if name == kind.main or column.null_count < len(column)
    }
    fields = [*kind.schema, *(pa.field(name, kind.curve_type) for name in columns if name != kind.main)]
    arrays = [keys, pa.repeat(day, len(keys)), *columns.values()]
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    table = table.filter(pa.array(curves.kept)) if not curves.kept.all() else table
    return Merged(table, *_count_changes(table, stored, staged, kind))


@dataclass(slots=True)
class _Pick:
    """For each key the place of a curve in ``source``, or _NOTHING, and whether it comes from the import."""

    source: pa.ListArray
    places: NDArray[np.int64]
    fresh: NDArray[np.bool_]

    def lengths(self) -> NDArray[np.int64]:
        """Values of each key's curve, 0 where it has none."""
        known = pc.fill_null(pc.list_value_length(self.source), 0).to_numpy(zero_copy_only=False)
        return np.where(self.places >= 0, np.append(known, 0)[self.places], 0).astype(np.int64)

    def array(self) -> pa.ListArray:
        """The curves, null where a key has none."""
        return self.source.take(pa.array(self.places, mask=self.places < 0))

    def put(self, at: NDArray[np.int64], curves: pa.ListArray) -> None:
        """Give the keys at these positions new curves from the import."""
        self.places[at] = np.arange(at.size) + len(self.source)
        self.fresh[at] = True
        self.source = pa.concat_arrays([self.source, curves.cast(self.source.type)])


@dataclass(slots=True)
class _Curves:
    kind: CurveTable
    keys: pa.Array
    stored: pa.Table
    staged: pa.Table
    whole_days: bool
    refuse: Refuse
    kept: NDArray[np.bool_] = field(init=False)
    extra: list[str] = field(init=False)
    _refused: set[int] = field(default_factory=set)

    def merged(self) -> dict[str, pa.ListArray]:
        staged_at = _index_in(self.staged[self.kind.key], self.keys)
        stored_at = _index_in(self.stored[self.kind.key], self.keys)
        present = {*self.stored.column_names, *self.staged.column_names}
        self.extra = [name for name in self.kind.extra if name in present]
        picks = {name: self._pick(name, staged_at, stored_at) for name in (self.kind.main, *self.extra)}
        self._sum_parts(picks[self.kind.main], staged_at)
        slots = self._common_length(picks)
        self._fill_main(picks[self.kind.main], slots)
        return {name: pick.array() for name, pick in picks.items()}

    def _pick(self, name: str, staged_at: NDArray[np.int64], stored_at: NDArray[np.int64]) -> _Pick:
        fresh, old = (_column(side, name, self.kind.curve_type) for side in (self.staged, self.stored))
        pick = _Pick(
            pa.concat_arrays([fresh, old]), np.full(len(self.keys), _NOTHING), np.zeros(len(self.keys), bool)
        )
        has_old = old.is_valid().to_numpy(zero_copy_only=False)
        pick.places[stored_at[has_old]] = np.flatnonzero(has_old) + len(fresh)
        rows = np.flatnonzero(fresh.is_valid().to_numpy(zero_copy_only=False))
        if not rows.size:
            return pick
        if self.whole_days:
            self._replace(pick, rows, staged_at[rows], old)
        else:
            self._fill(pick, rows, staged_at[rows])
        return pick

    def _replace(
        self, pick: _Pick, rows: NDArray[np.int64], at: NDArray[np.int64], old: pa.ListArray
    ) -> None:
        at, first = np.unique(at, return_index=True)
        for row in np.delete(rows, first):
            self._refuse(int(row), f"a second row for the same {self.kind.key.removesuffix('_id')} and day")
        rows = rows[first]
        if self.kind.keep_finer and len(old):
            lengths = pc.list_value_length(pick.source).to_numpy(zero_copy_only=False)
            coarser = (pick.places[at] >= 0) & (lengths[pick.places[at]] > lengths[rows])
            rows, at = rows[~coarser], at[~coarser]
        pick.places[at], pick.fresh[at] = rows, True

    def _fill(self, pick: _Pick, rows: NDArray[np.int64], at: NDArray[np.int64]) -> None:
        """Slot by slot: curves of one key that came in pieces, over what is stored."""
        before = pick.places.copy()
        single, first, turns = np.unique(at, return_index=True, return_counts=True)
        pick.places[single], pick.fresh[single] = rows[first], True
        contested = single[(turns > 1) | (before[single] >= 0)]
        if not contested.size:
            return
        lengths = pc.list_value_length(pick.source).to_numpy(zero_copy_only=False)
        for slots in np.unique(lengths[pick.places[contested]]).astype(int):
            chosen = contested[lengths[pick.places[contested]] == slots]
            pieces = np.flatnonzero(np.isin(at, chosen))
            merged = self._layered(pick, chosen, rows[pieces], at[pieces], slots)
            old = before[chosen]
            same = (old >= 0) & (np.append(lengths, 0)[old] == slots)
            under = np.full(merged.shape, np.nan)
            under[same] = curve_matrix(pick.source.take(pa.array(old[same])), slots)
            pick.put(chosen, curve_array(np.where(np.isnan(merged), under, merged)))

    def _layered(
        self,
        pick: _Pick,
        chosen: NDArray[np.int64],
        rows: NDArray[np.int64],
        at: NDArray[np.int64],
        slots: int,
    ) -> NDArray[np.float64]:
        merged = np.full((chosen.size, slots), np.nan)
        # Rows are sorted by key, so the n-th piece of a key is n places behind its first.
        turn = np.arange(at.size) - np.searchsorted(at, at)
        for layer in range(int(turn.max()) + 1):
            now, places = rows[turn == layer], np.searchsorted(chosen, at[turn == layer])
            fits = (
                pc.list_value_length(pick.source.take(pa.array(now))).to_numpy(zero_copy_only=False) == slots
            )
            for row in now[~fits]:
                self._refuse(int(row), "another number of values for the same day")
            now, places = now[fits], places[fits]
            values = curve_matrix(pick.source.take(pa.array(now)), slots)
            clash = (~np.isnan(values) & ~np.isnan(merged[places]) & (values != merged[places])).any(axis=1)
            for row in now[clash]:
                self._refuse(int(row), "a second value for the same time")
            merged[places] = np.where(np.isnan(merged[places]), values, merged[places])
        return merged

    def _sum_parts(self, main: _Pick, staged_at: NDArray[np.int64]) -> None:
        """Phases into a total, where the import has all of them and no total."""
        present = [name for name in self.kind.parts if name in self.staged.column_names]
        if not present:
            return
        nobody = np.empty(0, np.int64)
        picks = [self._pick(name, staged_at, nobody) for name in self.kind.parts]
        lengths = np.stack([pick.lengths() for pick in picks])
        whole = (lengths == lengths[0]).all(axis=0) & (lengths[0] > 0) & ~main.fresh
        for slots in np.unique(lengths[0, whole]).tolist():
            at = np.flatnonzero(whole & (lengths[0] == slots))
            total = sum(curve_matrix(pick.source.take(pa.array(pick.places[at])), slots) for pick in picks)
            main.put(at, curve_array(np.asarray(total)))
        for key in np.flatnonzero((lengths > 0).any(axis=0) & ~whole & (main.places < 0)).tolist():
            row = int(np.flatnonzero(staged_at == key)[0])
            self._refuse(row, "single phases without the others and without a total")

    def _common_length(self, picks: Mapping[str, _Pick]) -> NDArray[np.int64]:
        """Values a day of each key; curves of another length than the main one are let go."""
        lengths = {name: pick.lengths() for name, pick in picks.items()}
        slots = lengths[self.kind.main].copy()
        for name in self.extra:
            slots = np.where(slots == 0, lengths[name], slots)
        for name in self.extra:
            pick = picks[name]
            for key in np.flatnonzero((lengths[name] > 0) & (lengths[name] != slots)).tolist():
                if pick.fresh[key]:
                    reason = f"{lengths[name][key]} values of {name} beside {slots[key]} of the day"
                    row = int(pick.places[key])
                    self._refuse(row if row < self.staged.num_rows else None, reason, key)
                pick.places[key] = _NOTHING
        self.kept = slots > 0
        return slots

    def _fill_main(self, main: _Pick, slots: NDArray[np.int64]) -> None:
        """Rows that have only channels get a main curve without a value."""
        for width in np.unique(slots[(main.places < 0) & (slots > 0)]).tolist():
            at = np.flatnonzero((main.places < 0) & (slots == width))
            main.put(at, curve_array(np.full((at.size, width), np.nan)))
        if not self.kept.all():
            at = np.flatnonzero(~self.kept)
            main.put(at, curve_array(np.full((at.size, 1), np.nan)))

    def _refuse(self, staged_row: int | None, reason: str, key: int | None = None) -> None:
        if staged_row is None:
            self.refuse(None, str(self.keys[key]), reason)
            return
        if staged_row in self._refused:
            return
        self._refused.add(staged_row)
        row = self.staged[ROW][staged_row].as_py() if ROW in self.staged.column_names else None
        self.refuse(row, self.staged[self.kind.key][staged_row].as_py(), reason)


def curve_matrix(curves: pa.ListArray, slots: int) -> NDArray[np.float64]:
    """Curves of one length as numbers, shape (rows, slots), NaN where null.

    Args:
        curves: lists without a null list.
        slots: their length.
    """
    flat = curves.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False)
    return flat.reshape(len(curves), slots)


def rows_differ(one: pa.ListArray, other: pa.ListArray) -> NDArray[np.bool_]:
    """Row by row, whether two columns of curves are not the same."""
    lengths = [
        pc.fill_null(pc.list_value_length(side), -1).to_numpy(zero_copy_only=False) for side in (one, other)
    ]
    differ = lengths[0] != lengths[1]
    for slots in np.unique(lengths[0][~differ]).tolist():
        if slots < 1:
            continue
        at = np.flatnonzero(~differ & (lengths[0] == slots))
        left, right = (curve_matrix(side.take(pa.array(at)), slots) for side in (one, other))
        differ[at] = (~((left == right) | (np.isnan(left) & np.isnan(right)))).any(axis=1)
    return differ


def _is_plain(stored: pa.Table, staged: pa.Table, kind: CurveTable) -> bool:
    """Whether there is nothing to merge: a new day, one row a key, the main curve alone."""
    if stored.num_rows or set(staged.column_names) & {*kind.extra, *kind.parts}:
        return False
    keys = staged[kind.key].combine_chunks()
    rising = pc.all(pc.less(keys.slice(0, len(keys) - 1), keys.slice(1))).as_py()
    return bool(rising) and kind.main in staged.column_names and staged[kind.main].null_count == 0


def _count_changes(table: pa.Table, stored: pa.Table, staged: pa.Table, kind: CurveTable) -> tuple[int, int]:
    """Rows that are new, and rows that differ from what was stored."""
    at = _index_in(table[kind.key], stored[kind.key].combine_chunks())
    known = np.flatnonzero(at >= 0)
    differ = np.zeros(known.size, np.bool_)
    for name in (kind.main, *kind.extra):
        now, before = (_column(side, name, kind.curve_type) for side in (table, stored))
        differ |= rows_differ(now.take(pa.array(known)), before.take(pa.array(at[known])))
    return table.num_rows - known.size, int(differ.sum())


def _column(table: pa.Table, name: str, kind: pa.ListType) -> pa.ListArray:
    if name not in table.column_names:
        return pa.nulls(table.num_rows, kind)
    return pa.concat_arrays([pa.array([], kind), *(chunk.cast(kind) for chunk in table[name].chunks)])


def _index_in(values: pa.ChunkedArray, keys: pa.Array) -> NDArray[np.int64]:
    found = pc.fill_null(pc.index_in(values, value_set=keys), _NOTHING)
    return found.to_numpy().astype(np.int64)


def padded(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table with exactly these columns, those that it lacks being null."""
    columns: Sequence[pa.ChunkedArray | pa.Array] = [
        table[item.name] if item.name in table.column_names else pa.nulls(table.num_rows, item.type)
        for item in schema
    ]
    return pa.Table.from_arrays(list(columns), schema=schema)
