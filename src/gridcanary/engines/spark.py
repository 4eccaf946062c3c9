"""A Spark cluster: the same kernels over ``mapInArrow``; optional, install ``gridcanary[spark]``.

Spark cuts batches where it likes (10,000 rows by default) and matches columns by position, so a kernel whose
rows stand alone and a fixed schema are all that it needs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from gridcanary.contracts.errors import MissingExtra
from gridcanary.engines.local import Kernel


def session(threads: int | None = None) -> Any:
    """The running Spark session, or a local one.

    Args:
        threads: of a local one; None is one a processor.

    Raises:
        MissingExtra: pyspark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("pyspark", "spark") from error
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    # Workers take the first python3 of the path unless told, and that one may lack pyarrow.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("gridcanary").config("spark.ui.enabled", "false")
    return builder.master(f"local[{threads or '*'}]").getOrCreate()


def map_batches(
    files: Sequence[Path],
    kernel: Kernel,
    *,
    columns: Sequence[str] | None = None,
    schema: pa.Schema,
    threads: int | None = None,
) -> Iterator[pa.RecordBatch]:
    """Apply a kernel in which every row stands alone to Parquet files, on Spark.

    Args:
        files: Parquet files of one schema, where the workers can read them.
        kernel: batch in, batch out; shipped to the workers, which need gridcanary installed.
        columns: to read, in this order; None is all.
        schema: of what the kernel gives.
        threads: of a local session, if none is running; None is one a processor.

    Returns:
        Batches of ``schema``, in any order.

    Raises:
        MissingExtra: pyspark is not installed.
    """
    spark = session(threads)
    from pyspark.sql.pandas.types import from_arrow_schema

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield kernel(batch)

    read = spark.read.parquet(*(str(file) for file in files))
    chosen = read.select(*columns) if columns is not None else read
    mapped = chosen.mapInArrow(work, from_arrow_schema(schema))
    for batch in mapped.toArrow().to_batches():
        yield batch.cast(schema)
