"""Label files of any known format into one book; the format is told from name and content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gridcanary.chain.labels.book import LabelBook
from gridcanary.chain.labels.csv_labels import csv_tags
from gridcanary.chain.labels.graphsense_table import graphsense_tags
from gridcanary.chain.labels.label import LabelFile, Tag
from gridcanary.chain.labels.pool_list import pool_tags, read_pool_list
from gridcanary.chain.labels.sanctions import coin_of_list, sanction_tags
from gridcanary.chain.labels.tagpack import tagpack_tags
from gridcanary.chain.networks import Network
from gridcanary.chain.rows import TextFile, read_bytes, read_text
from gridcanary.contracts.errors import InputError

ENDINGS = (".yaml", ".yml", ".json", ".csv", ".txt", ".parquet")


def read_labels(
    network: Network, paths: Iterable[Path], mapping: Mapping[str, str] | None = None
) -> LabelBook:
    """The labels of files, and of folders of them.

    Args:
        network: whose labels are kept.
        paths: TagPacks (YAML), lists of pools (JSON), CSV, lists of sanctioned addresses (text, JSON), tables of
            GraphSense tags (Parquet); of a folder every file with such an ending.
        mapping: for CSV, names of columns in the file by our names.

    Raises:
        InputError: a file that can't be read, with row and field where there is one.
    """
    book = LabelBook(network)
    for path in _files(paths):
        file, tags = open_labels(path, mapping)
        book.files.append(file)
        book.add(tags)
    return book


def open_labels(path: Path, mapping: Mapping[str, str] | None = None) -> tuple[LabelFile, Iterator[Tag]]:
    """One file's tags, and what they point to."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        digest = hashlib.sha256(read_bytes(path)).hexdigest()
        file = LabelFile(path, digest, "graphsense-table")
        return file, graphsense_tags(file)
    text = read_text(path)
    if coin_of_list(path):
        file = LabelFile(path, text.sha256, "ofac")
        return file, sanction_tags(file, text)
    if ending in (".yaml", ".yml"):
        file = LabelFile(path, text.sha256, "tagpack")
        return file, tagpack_tags(file, text)
    if ending == ".json":
        file = LabelFile(path, text.sha256, "pools")
        return file, pool_tags(file, read_pool_list(text))
    return _csv(path, text, mapping)


def _csv(path: Path, text: TextFile, mapping: Mapping[str, str] | None) -> tuple[LabelFile, Iterator[Tag]]:
    if path.suffix.lower() != ".csv":
        raise InputError(path, "no known format of labels", remedy=f"one of {', '.join(ENDINGS)}")
    file = LabelFile(path, text.sha256, "csv")
    return file, csv_tags(file, text, mapping)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file())
        if not found:
            raise InputError(path, "holds no label files", remedy=f"files that end in {', '.join(ENDINGS)}")
        yield from found
