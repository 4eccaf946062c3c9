"""Where packs lie: those that ship, and those of a folder that the installation names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gridcanary.packs.faults import BrokenPack, Fault, UnknownPack
from gridcanary.packs.schema.content import HEAD
from gridcanary.packs.yaml_source import YamlFile, read_yaml

SHIPPED = Path(__file__).parent / "data"
"""The packs that come with gridcanary."""

FOLDER_VARIABLE = "GRIDCANARY_PACKS"
"""Environment variable that names a folder with more packs; they go before the shipped ones."""


@dataclass(frozen=True, order=True)
class PackId:
    """A pack that can be loaded.

    Args:
        id: name of the pack, such as ``cn_sd``.
        version: its version.
        folder: where it lies.
    """

    id: str
    version: str
    folder: Path

    def __str__(self) -> str:
        return f"{self.id}@{self.version}"


def available() -> list[PackId]:
    """Every pack that can be loaded by name, those of ``GRIDCANARY_PACKS`` before the shipped ones.

    Raises:
        BrokenPack: a pack.yaml that cannot be read, or a folder whose name and id differ.
    """
    return [_identify(head.parent) for folder in _folders() for head in sorted(folder.glob(f"*/{HEAD}.yaml"))]


def find(name: str, version: str | None = None) -> PackId:
    """The pack of a name: of the user's folder before the shipped one, there the newest version.

    Args:
        name: ``cn_sd`` or ``cn_sd@2026.1``.
        version: the same version, given apart.

    Raises:
        UnknownPack: there is none.
    """
    wanted, _, after = name.partition("@")
    version = version or after or None
    everything = available()
    fitting = [one for one in everything if one.id == wanted and version in (None, one.version)]
    if not fitting:
        raise UnknownPack(f"{wanted}@{version}" if version else wanted, [str(one) for one in everything])
    first = fitting[0].folder.parent
    return max((one for one in fitting if one.folder.parent == first), key=lambda one: _numbers(one.version))


def identify(folder: Path) -> PackId:
    """The pack in a folder that somebody names, whatever the folder is called.

    Raises:
        BrokenPack: it has no readable pack.yaml with id and version.
    """
    head = folder / f"{HEAD}.yaml"
    values = read_head(folder).values
    for key in ("id", "version"):
        if not isinstance(values.get(key), str):
            raise BrokenPack([Fault(str(head), 0, key, str(values.get(key)), f"the pack's {key} as text")])
    return PackId(values["id"], values["version"], folder)


def read_head(folder: Path) -> YamlFile:
    """The pack.yaml of a folder; kept until the file changes, because every look-up reads all of them.

    Raises:
        BrokenPack: there is none, or it is not YAML.
    """
    head = folder / f"{HEAD}.yaml"
    if not head.is_file():
        raise BrokenPack([Fault(str(head), 0, "file", "no such file", "pack.yaml with id and version")])
    told = head.stat()
    return _read_head(head, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=64)
def _read_head(head: Path, _changed: int, _size: int) -> YamlFile:
    return read_yaml(head, str(head))


def _identify(folder: Path) -> PackId:
    found = identify(folder)
    if folder.name not in (found.id, f"{found.id}@{found.version}"):
        raise BrokenPack(
            [Fault(str(folder / f"{HEAD}.yaml"), 0, "id", found.id, f"the folder's name, {folder.name}")]
        )
    return found


def _folders() -> list[Path]:
    named = os.environ.get(FOLDER_VARIABLE, "")
    return [Path(named), SHIPPED] if named else [SHIPPED]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else -1 for part in version.split("."))
