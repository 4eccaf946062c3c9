"""Which files a scan was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridcanary.contracts.errors import InputError


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to scan.

    Args:
        path: the file.
        named: the user named it, rather than a folder that it lies in.
    """

    path: Path
    named: bool


def input_files(paths: Sequence[Path]) -> list[InputFile]:
    """The files named and those in the folders named, each once, in the order given; hidden ones are left out.

    Raises:
        InputError: nothing is there.
    """
    found: dict[Path, InputFile] = {}
    for path in paths:
        if not path.exists():
            raise InputError(path, "is not there")
        inside = [path] if path.is_file() else list(_inside(path))
        if not inside:
            raise InputError(path, "is a folder without files", remedy="name captures or logs")
        for item in inside:
            found.setdefault(item.resolve(), InputFile(item, named=path.is_file()))
    return list(found.values())


def _inside(folder: Path) -> Iterator[Path]:
    for item in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in item.relative_to(folder).parts)
        if item.is_file() and not hidden:
            yield item
