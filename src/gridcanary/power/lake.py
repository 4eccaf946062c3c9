"""The lake: a folder of readings, a directory a day, and the archive, balance and weather beside them.

    lake.json                       format version, time zone, values a day that occur
    readings/2024-03-01/part-*.parquet   READINGS and channels, sorted by meter
    balance/2024-03-01.parquet      BALANCE
    registers/2024-03-01.parquet    REGISTERS
    customers.parquet, weather.parquet
    imports.jsonl                   what was imported, a line a file

Every file is written beside its place and put there in one step, so a reader never sees half of one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.tables import BALANCE, CHANNELS, CUSTOMERS, READINGS, WEATHER

FORMAT = 1
"""Version of the lake's layout; a lake of a later version is refused."""

ROW_GROUP_ROWS = 8192
"""Meter-days a row group: at fewer the footer dominates, at more a look-up of one meter slows down."""

CURVE_TYPE = pa.list_(pa.int32())

REGISTERS = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("forward_wh", pa.list_(pa.int64()), nullable=False),
    ]
)
"""Daily frozen registers (日冻结示值), a row per meter and local day: what the register of active energy
taken from the grid showed at the end of the day [Wh]: total, sharp peak (尖), peak (峰), flat (平) and
valley (谷)."""

REGISTER_CHANNELS = ("reverse_wh", "forward_varh", "reverse_varh")
"""Optional further columns of REGISTERS in the same shape: energy fed in, and reactive energy either way."""


@dataclass(frozen=True, slots=True)
class Lake:
    """What lake.json says.

    Args:
        folder: the lake.
        format: version of the layout.
        timezone: IANA name of the zone that days are local to.
        slots: values a day that occur in it, ascending.
    """

    folder: Path
    format: int
    timezone: str
    slots: tuple[int, ...]


def open_lake(path: Path) -> Lake:
    """What a lake says of itself.

    Raises:
        LakeError: the folder is no lake, or one of a later version.
    """
    path = Path(path)
    if not path.exists():
        raise LakeError(path, "there is no such folder")
    try:
        told = json.loads((path / "lake.json").read_text("utf-8"))
        lake = Lake(path, int(told["format"]), str(told["timezone"]), tuple(told["slots"]))
    except (FileNotFoundError, NotADirectoryError):
        hint = "import readings into it with: gridcanary power import"
        raise LakeError(path, f"not a folder of readings, it has no lake.json; {hint}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(path, f"lake.json cannot be read ({error})") from error
    if lake.format > FORMAT:
        raise LakeError(path, f"written by a later version (format {lake.format}, this one reads {FORMAT})")
    return lake


def is_lake(path: Path) -> bool:
    """Whether a folder has a lake.json."""
    return (Path(path) / "lake.json").is_file()


def create_lake(path: Path, timezone: str = "Asia/Shanghai") -> Lake:
    """Open a lake, making an empty one where there is none.

    Args:
        path: the folder; an existing one must be empty or a lake.
        timezone: IANA name, used only for a new lake.

    Raises:
        LakeError: the folder holds something else, or is a lake of a later version.
    """
    path = Path(path)
    if is_lake(path):
        return open_lake(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise LakeError(path, "holds other files and is no folder of readings; name an empty or a new folder")
    (path / "readings").mkdir(parents=True, exist_ok=True)
    lake = Lake(path, FORMAT, timezone, ())
    _describe(lake)
    return lake


def record_slots(lake: Path, slots: Iterable[int]) -> None:
    """Note numbers of values a day that now occur."""
    told = open_lake(lake)
    union = tuple(sorted({*told.slots, *slots}))
    if union != told.slots:
        _describe(Lake(told.folder, told.format, told.timezone, union))


def _describe(lake: Lake) -> None:
    told = {key: value for key, value in asdict(lake).items() if key != "folder"}
    with written_whole(lake.folder / "lake.json") as partial:
        partial.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


@contextlib.contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A path to write to; what is there at the end takes the place of the target, or vanishes on an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def days(lake: Path) -> list[dt.date]:
    """The days that have readings, ascending."""
    open_lake(lake)
    folder = Path(lake) / "readings"
    if not folder.is_dir():
        return []
    return sorted(
        day for item in folder.iterdir() if (day := _day_of(item.name)) and any(item.glob("part-*.parquet"))
    )


def day_parts(lake: Path, day: dt.date) -> list[Path]:
    """The files of a day, in order; none where the day has no readings."""
    return sorted((Path(lake) / "readings" / day.isoformat()).glob("part-*.parquet"))


def read_day(lake: Path, day: dt.date, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """A day's readings, a batch a row group, sorted by meter.

    Args:
        lake: the lake.
        day: local day; one without readings gives no batch.
        columns: of READINGS and CHANNELS, in this order; a channel that the day lacks is all null. None
            gives what is stored.

    Raises:
        LakeError: a file of the day cannot be read.
    """
    for part in day_parts(lake, day):
        try:
            with pq.ParquetFile(part) as stored:
                for group in range(stored.num_row_groups):
                    yield from _group(stored, group, columns)
        except (OSError, pa.ArrowInvalid) as error:
            raise LakeError(part, f"cannot be read ({error})") from error


def _group(stored: pq.ParquetFile, group: int, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    names = stored.schema_arrow.names
    wanted = names if columns is None else [name for name in columns if name in names]
    table = stored.read_row_group(group, columns=wanted, use_threads=False)
    for name in columns or ():
        if name not in names:
            table = table.append_column(name, pa.nulls(table.num_rows, CURVE_TYPE))
    yield from table.select(list(columns or wanted)).combine_chunks().to_batches()


def write_day(lake: Path, day: dt.date, table: pa.Table) -> Path:
    """Replace a day's readings.

    Args:
        lake: the lake, which must exist.
        day: local day.
        table: READINGS, with channels or without; every row of this day, in any order.

    Returns:
        The one file that now holds the day.

    Raises:
        LakeError: the table holds another day, a meter twice, or a curve of a wrong length.
    """
    _check_day(lake, day, table)
    target = Path(lake) / "readings" / day.isoformat() / "part-0.parquet"
    slots = pc.unique(pc.list_value_length(table["load_w"])).to_pylist()
    with written_whole(target) as partial, readings_writer(partial, table.schema) as writer:
        writer.write_table(table.sort_by("meter_id"), ROW_GROUP_ROWS)
    for other in day_parts(lake, day):
        if other != target:
            other.unlink()
    record_slots(lake, slots)
    return target


def _check_day(lake: Path, day: dt.date, table: pa.Table) -> None:
    if table.schema.names[: len(READINGS)] != READINGS.names or set(table.schema.names[3:]) - set(CHANNELS):
        raise LakeError(lake, f"a day of readings has columns {', '.join(table.schema.names)}")
    if pc.any(pc.not_equal(table["day"], pa.scalar(day))).as_py():
        raise LakeError(lake, f"readings of another day were given for {day}")
    if pc.count_distinct(table["meter_id"]).as_py() != table.num_rows:
        raise LakeError(lake, f"a meter occurs twice on {day}")


@contextlib.contextmanager
def readings_writer(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A Parquet writer with the lake's encodings, for readings and balance alike."""
    curves = [field.name for field in schema if pa.types.is_list(field.type)]
    keys = [field.name for field in schema if pa.types.is_string(field.type)]
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=keys,
        column_encoding={f"{name}.list.element": "DELTA_BINARY_PACKED" for name in curves},
    ) as writer:
        yield writer


def meter_readings(
    lake: Path, meter_id: str, first: dt.date, last: dt.date, columns: Sequence[str] | None = None
) -> pa.Table:
    """One meter's readings, ascending by day.

    Args:
        lake: the lake.
        meter_id: the meter.
        first, last: local days, both included.
        columns: of READINGS and CHANNELS; None is all of them. A channel that a day lacks is null.
    """
    schema = pa.schema([*READINGS, *(pa.field(name, CURVE_TYPE) for name in CHANNELS)])
    wanted = list(columns or schema.names)
    parts = [str(part) for day in days(lake) if first <= day <= last for part in day_parts(lake, day)]
    if not parts:
        return schema.empty_table().select(wanted)
    stored = ds.dataset(parts, schema=schema, format="parquet")
    scanned = list(dict.fromkeys([*wanted, "day"]))
    found = stored.to_table(columns=scanned, filter=pc.field("meter_id") == meter_id)
    return found.sort_by("day").select(wanted)


def balance_days(lake: Path) -> list[dt.date]:
    """The days that have a transformer balance, ascending."""
    open_lake(lake)
    return sorted(day for item in (Path(lake) / "balance").glob("*.parquet") if (day := _day_of(item.stem)))


def read_balance(lake: Path, day: dt.date) -> pa.Table:
    """A day's BALANCE, sorted by transformer; empty where there is none."""
    path = Path(lake) / "balance" / f"{day.isoformat()}.parquet"
    return pq.read_table(path, partitioning=None) if path.exists() else BALANCE.empty_table()


def write_balance(lake: Path, day: dt.date, table: pa.Table) -> Path:
    """Replace a day's BALANCE."""
    target = Path(lake) / "balance" / f"{day.isoformat()}.parquet"
    ordered = table.select(BALANCE.names).cast(BALANCE).sort_by("transformer_id")
    with written_whole(target) as partial, readings_writer(partial, BALANCE) as writer:
        writer.write_table(ordered, ROW_GROUP_ROWS)
    return target


def read_registers(lake: Path, day: dt.date) -> pa.Table:
    """A day's REGISTERS, sorted by meter; empty where there is none."""
    path = Path(lake) / "registers" / f"{day.isoformat()}.parquet"
    return pq.read_table(path, partitioning=None) if path.exists() else REGISTERS.empty_table()


def daily_energy(lake: Path, day: dt.date) -> pa.Table:
    """What each meter took on a day by its registers: meter_id, energy_wh.

    Args:
        lake: the lake.
        day: local day; the registers at its end and at the end of the day before are needed.

    Returns:
        Only meters with both; a register that ran backwards (exchange, overflow) is left out.
    """
    ends = [read_registers(lake, day - dt.timedelta(days=1)), read_registers(lake, day)]
    totals = [
        pa.table({"meter_id": end["meter_id"], "wh": pc.list_element(end["forward_wh"], 0)}) for end in ends
    ]
    both = totals[1].join(totals[0], "meter_id", join_type="inner", right_suffix="_before")
    energy = pc.subtract(both["wh"], both["wh_before"])
    found = pa.table({"meter_id": both["meter_id"], "energy_wh": energy})
    return found.filter(pc.greater_equal(energy, 0)).sort_by("meter_id")


def read_customers(lake: Path) -> pa.Table:
    """CUSTOMERS, sorted by meter; empty where no archive was imported."""
    return _read_beside(lake, "customers", CUSTOMERS)


def write_customers(lake: Path, table: pa.Table) -> Path:
    """Replace the customer archive."""
    return _write_beside(lake, "customers", table.select(CUSTOMERS.names).cast(CUSTOMERS).sort_by("meter_id"))


def read_weather(lake: Path) -> pa.Table:
    """WEATHER, ascending by day; empty where none was imported."""
    return _read_beside(lake, "weather", WEATHER)


def write_weather(lake: Path, table: pa.Table) -> Path:
    """Replace the weather."""
    return _write_beside(lake, "weather", table.select(WEATHER.names).cast(WEATHER).sort_by("day"))


def _read_beside(lake: Path, name: str, schema: pa.Schema) -> pa.Table:
    path = Path(lake) / f"{name}.parquet"
    return pq.read_table(path, partitioning=None) if path.exists() else schema.empty_table()


def _write_beside(lake: Path, name: str, table: pa.Table) -> Path:
    target = Path(lake) / f"{name}.parquet"
    with written_whole(target) as partial:
        pq.write_table(table, partial, compression="zstd")
    return target


def _day_of(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(name)
    except ValueError:
        return None
