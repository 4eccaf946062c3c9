"""Reads the YAML of packs: knows the line of every field, refuses double keys, and takes words as written.

YAML 1.1 reads ``no``, ``on`` and ``off`` as truth values and ``1.10`` as 1.1; here only ``true`` and ``false``
are truth values, and a number with a point stays exact.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _SafeLoader  # ten times as fast
except ImportError:  # a PyYAML that was built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

from gridcanary.packs.faults import BrokenPack, Fault

MAX_BYTES = 2_000_000
"""Larger than any pack file; a guard against being handed the wrong file."""

Path_ = tuple[str | int, ...]


class _PackLoader(_SafeLoader):
    """SafeLoader without YAML 1.1's surprises."""


_PackLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":float"))]
    for first, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
}
_PackLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_PackLoader.add_implicit_resolver("!decimal", re.compile(r"^-?\d+\.\d+$"), list("-0123456789"))


def _construct_decimal(loader: _SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


_PackLoader.add_constructor("!decimal", _construct_decimal)


@dataclass(frozen=True)
class YamlFile:
    """A file as read: its values, and where each stands.

    Args:
        name: path as it is shown to people.
        values: the mapping at its top.
        rows: 1-based line of each field, by path.
    """

    name: str
    values: dict[str, Any]
    rows: dict[Path_, int]

    def row(self, path: Path_) -> int:
        """Line of a field, or of the nearest one around it."""
        while path and path not in self.rows:
            path = path[:-1]
        return self.rows.get(path, 0)


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read a file of a pack.

    Args:
        path: the file.
        name: how it is called in errors.

    Returns:
        Its values and where they stand.

    Raises:
        BrokenPack: not UTF-8, not YAML, too large, double keys, or not a mapping at the top.
    """
    if path.stat().st_size > MAX_BYTES:
        raise BrokenPack([Fault(name, 0, "file", "a file over 2 MB", "a pack file of a few kilobytes")])
    try:
        loader = _PackLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is None:
            return YamlFile(name, {}, {})
        rows: dict[Path_, int] = {}
        faults: list[Fault] = []
        _walk(node, (), name, rows, faults)
        if faults:
            raise BrokenPack(faults)
        values = loader.construct_document(node)
    except UnicodeDecodeError as error:
        raise BrokenPack([Fault(name, 0, "file", "bytes that are not UTF-8", "UTF-8 text")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        row = mark.line + 1 if mark else 0
        raise BrokenPack([Fault(name, row, "file", f"a syntax error ({error.problem})", "YAML")]) from error
    if not isinstance(values, dict):
        raise BrokenPack([Fault(name, 1, "file", f"a {type(values).__name__}", "entries by code")])
    return YamlFile(name, {str(key): value for key, value in values.items()}, rows)


def _walk(node: yaml.Node, path: Path_, name: str, rows: dict[Path_, int], faults: list[Fault]) -> None:
    rows.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, value in node.value:
            inner = (*path, str(key.value))
            row = key.start_mark.line + 1
            if key.value in seen:
                faults.append(Fault(name, row, ".".join(map(str, inner)), "a second entry", "each key once"))
            seen.add(key.value)
            rows[inner] = row
            _walk(value, inner, name, rows, faults)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), name, rows, faults)
