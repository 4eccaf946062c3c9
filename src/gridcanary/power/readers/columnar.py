"""Opening Parquet and Arrow files, so that damage becomes an error with the file's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

from gridcanary.contracts.errors import InputError

PARQUET_MARK, ARROW_MARK = b"PAR1", b"ARROW1"
ROWS_AT_A_TIME = 262_144


def is_columnar(head: bytes) -> bool:
    """Whether the content begins like Parquet or an Arrow file (Feather 2)."""
    return head.startswith((PARQUET_MARK, ARROW_MARK))


class ColumnarFile:
    """A Parquet or Arrow file.

    Args:
        path: the file.

    Raises:
        InputError: it is neither, or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as stream:
                mark = stream.read(6)
            if mark.startswith(PARQUET_MARK):
                self._parquet: pq.ParquetFile | None = pq.ParquetFile(path)
                self.schema: pa.Schema = self._parquet.schema_arrow
                self.row_count: int = self._parquet.metadata.num_rows
            elif mark == ARROW_MARK:
                self._parquet = None
                with pa.memory_map(str(path)) as source, ipc.open_file(source) as reader:
                    self.schema = reader.schema
                    self.row_count = sum(
                        reader.get_batch(i).num_rows for i in range(reader.num_record_batches)
                    )
            else:
                raise InputError(path, "is neither Parquet nor an Arrow file")
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(path, error) from error

    def batches(
        self, columns: Sequence[str], *, rows_at_a_time: int = ROWS_AT_A_TIME
    ) -> Iterator[pa.RecordBatch]:
        """The columns named, in bounded batches and in the file's order.

        Raises:
            InputError: a page or a message is damaged.
        """
        try:
            if self._parquet is not None:
                yield from self._parquet.iter_batches(rows_at_a_time, columns=list(columns))
                return
            with pa.memory_map(str(self.path)) as source, ipc.open_file(source) as reader:
                for index in range(reader.num_record_batches):
                    batch = reader.get_batch(index).select(list(columns))
                    for start in range(0, batch.num_rows, rows_at_a_time):
                        yield batch.slice(start, rows_at_a_time)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(self.path, error) from error


def column_names(path: Path, head: bytes) -> tuple[str, ...]:
    """Column names of a columnar file, for telling formats apart; empty where it cannot be read."""
    if not is_columnar(head):
        return ()
    try:
        return tuple(ColumnarFile(path).schema.names)
    except InputError:
        return ()


def _damaged(path: Path, error: Exception) -> InputError:
    # Arrow's messages go on with stack-like detail after the first line.
    first_line = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    return InputError(
        path, f"the file is cut short or damaged: {first_line}", remedy="export or copy it again"
    )
