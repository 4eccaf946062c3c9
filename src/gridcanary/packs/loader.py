"""Reads the folder of a pack, lays it over the pack it extends, validates, and checks what refers to what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gridcanary.packs.faults import BrokenPack, Fault
from gridcanary.packs.folders import PackId, find, identify, read_head
from gridcanary.packs.frozen import freeze
from gridcanary.packs.pack import Pack
from gridcanary.packs.references import reference_faults
from gridcanary.packs.schema.content import HEAD, SECTIONS, Content
from gridcanary.packs.validation import faults_of
from gridcanary.packs.yaml_source import Path_, YamlFile, read_yaml

TEMPLATES = "templates"
"""Folder of a pack with its document templates."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class _Layers:
    """A pack and those it is laid over, merged.

    Args:
        values: entries by section and code.
        origin: file of each entry, by (section, code); of a head field under (pack, field).
        files: the file whose lines are named where no entry is meant, by section.
        overrides: entries that a pack took from the one below it and replaced or removed.
        templates: content of each template, by file name.
    """

    values: dict[str, dict[str, Any]]
    origin: dict[tuple[str, str], YamlFile]
    files: dict[str, YamlFile]
    overrides: list[str]
    templates: dict[str, bytes]


def load(name: str | Path, version: str | None = None) -> Pack:
    """Load a pack by name or from a folder.

    Args:
        name: ``cn_sd``, ``cn_sd@2026.1``, or a folder (a Path, or text with a slash in it).
        version: the version, where the newest is not meant.

    Returns:
        The pack; it cannot be changed.

    Raises:
        UnknownPack: no pack has this name, or not in this version.
        BrokenPack: something is wrong in its files; carries every fault.
    """
    is_folder = isinstance(name, Path) or "/" in name or "\\" in name
    found = identify(Path(name)) if is_folder else find(str(name), version)
    chain = _chain(found)
    return _load(tuple(chain), _stamp(chain))


def _chain(pack: PackId) -> list[PackId]:
    """The pack and those it extends, the lowest first."""
    chain = [pack]
    while True:
        head = read_head(chain[0].folder)
        below = head.values.get("extends")
        if below is None:
            return chain
        lower = find(str(below))
        if any(lower.id == one.id for one in chain):
            raise BrokenPack(
                [Fault(head.name, 0, "extends", str(below), "a pack that does not extend this one")]
            )
        chain.insert(0, lower)


def _stamp(chain: list[PackId]) -> Stamp:
    """Changes whenever a file of the packs does, so that an edited pack is read anew."""
    files = sorted(file for one in chain for file in one.folder.rglob("*") if file.is_file())
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@lru_cache(maxsize=32)
def _load(chain: tuple[PackId, ...], _stamp: Stamp) -> Pack:
    layers = _Layers({}, {}, {}, [], {})
    for one in chain:
        _lay(one, layers)
    content = _validate(layers)
    faults = reference_faults(content, layers.templates)
    if faults:
        raise BrokenPack([_located(layers, *fault) for fault in faults])
    return freeze(content, layers.templates, tuple(layers.overrides))


def _lay(pack: PackId, layers: _Layers) -> None:
    """Lay one pack over those below it, entry by entry."""
    known = {f"{name}.yaml" for name in (HEAD, *SECTIONS)}
    for path in sorted(pack.folder.glob("*.y*ml")):
        name = f"{pack.folder.name}/{path.name}"
        if path.name not in known:
            raise BrokenPack([Fault(name, 0, "file", path.name, f"one of {', '.join(sorted(known))}")])
        source = read_yaml(path, name)
        layers.files[path.stem] = source
        for key, value in source.values.items():
            _put(layers, path.stem, key, value, source)
    for template in sorted((pack.folder / TEMPLATES).glob("*")):
        layers.templates[template.name] = template.read_bytes()


def _put(layers: _Layers, section: str, key: str, value: Any, source: YamlFile) -> None:
    entries = layers.values.setdefault(section, {})
    if key in entries and section != HEAD:
        layers.overrides.append(f"{section}.{key}")
    if value is None and section != HEAD:
        if key not in entries:
            raise BrokenPack(
                [
                    Fault(
                        source.name,
                        source.row((key,)),
                        key,
                        "nothing",
                        "an entry; only an inherited one can be removed",
                    )
                ]
            )
        del entries[key]
        return
    entries[key] = value
    layers.origin[section, key] = source


def _validate(layers: _Layers) -> Content:
    values: dict[str, Any] = {**layers.values}
    head = values.get(HEAD, {})
    values[HEAD] = {key: value for key, value in head.items() if value is not None}
    try:
        return Content.model_validate(values)
    except ValidationError as error:
        raise BrokenPack([_relocated(layers, told) for told in _split(error, layers)]) from error


def _split(error: ValidationError, layers: _Layers) -> list[tuple[tuple[str | int, ...], Fault]]:
    faults = faults_of(error, layers.files)
    locations = [tuple(part for part in told["loc"] if part != "[key]") for told in error.errors()]
    return list(zip(locations, faults, strict=True))


def _relocated(layers: _Layers, told: tuple[tuple[str | int, ...], Fault]) -> Fault:
    """The fault in the file that the entry came from, which may be a lower pack's."""
    location, fault = told
    if len(location) < 2:
        return fault
    source = layers.origin.get((str(location[0]), str(location[1])))
    if source is None:
        return fault
    return Fault(source.name, source.row(location[1:]), fault.field, fault.found, fault.expected)


def _located(layers: _Layers, section: str, path: Path_, found: str, expected: str) -> Fault:
    source = layers.origin.get((section, str(path[0]))) if path else None
    source = source or layers.files[section]
    return Fault(source.name, source.row(path), ".".join(map(str, path)) or section, found, expected)
