"""Turns the committed .po catalogues into the .mo files that gettext reads, with nothing but Python.

Used by the build hook, so that a wheel carries compiled catalogues, and at the start of the console, so that
a checkout without gettext's tools shows Chinese too. No Django here: the build hook loads this file alone.
"""

from __future__ import annotations

import ast
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAGIC = 0x950412DE


@dataclass(slots=True)
class Entry:
    """One message of a .po file.

    Args:
        line: where its msgid starts.
        fuzzy: marked as needing a look.
        fields: msgctxt, msgid, msgid_plural, msgstr, msgstr[0]… as text.
    """

    line: int
    fuzzy: bool = False
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key in the .mo file: context and plural joined as gettext wants."""
        key = self.fields.get("msgid", "")
        if "msgctxt" in self.fields:
            key = f"{self.fields['msgctxt']}\x04{key}"
        if "msgid_plural" in self.fields:
            key = f"{key}\0{self.fields['msgid_plural']}"
        return key

    @property
    def translations(self) -> list[str]:
        """The translation, or one for each plural form."""
        return [text for name, text in self.fields.items() if name.startswith("msgstr")]

    @property
    def is_complete(self) -> bool:
        """Translated, and nobody doubts it."""
        return not self.fuzzy and bool(self.translations) and all(self.translations)


class CatalogueError(ValueError):
    """A .po file that cannot be read."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}")


def read_po(file: Path) -> list[Entry]:
    """The messages of a .po file, the header (empty msgid) included; obsolete ones (``#~``) are comments.

    Raises:
        CatalogueError: a line that is no part of a .po file.
    """
    return [entry for entry in _entries(file) if entry.fields]


def _entries(file: Path) -> Iterator[Entry]:
    entry, current = Entry(1), ""
    for number, raw in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        starts = line.startswith(("#", "msgctxt", "msgid ")) or not line
        if starts and any(name.startswith("msgstr") for name in entry.fields):
            yield entry
            entry, current = Entry(number), ""
        if not line or line.startswith("#"):
            entry.fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        keyword, quote, _rest = line.partition('"')
        current = keyword.strip() or current
        if not quote or not current.startswith(("msgctxt", "msgid", "msgstr")):
            raise CatalogueError(file, number, f"expected a message, found {line[:40]!r}")
        try:
            # Escapes in .po are those of C; the ones in use are those of Python too.
            text = ast.literal_eval(line[len(keyword) :])
        except (SyntaxError, ValueError) as error:
            raise CatalogueError(file, number, "a text whose quotes do not match") from error
        entry.fields[current] = entry.fields.get(current, "") + text
    yield entry


def compile_po(po_file: Path) -> bytes:
    """The .mo form of a catalogue; doubtful and missing translations are left out: the source text shows."""
    messages = {
        entry.key.encode(): "\0".join(entry.translations).encode()
        for entry in read_po(po_file)
        if entry.is_complete
    }
    keys = sorted(messages)
    count = len(keys)
    texts = bytearray()
    index: list[tuple[int, int]] = []
    start = 7 * 4 + 16 * count
    for text in [*keys, *(messages[key] for key in keys)]:
        index.append((len(text), start + len(texts)))
        texts += text + b"\0"
    header = struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, start)
    return header + b"".join(struct.pack("<2I", *place) for place in index) + bytes(texts)


def rooms(package: Path) -> list[Path]:
    """Folders of the web rooms, each with a catalogue of its own: those that Django knows as apps.

    Args:
        package: the folder of gridcanary.
    """
    return sorted(file.parent for file in package.glob("*/apps.py"))


def compile_rooms(package: Path) -> list[Path]:
    """Compile the stale catalogues of every web room.

    Args:
        package: the folder of gridcanary.

    Returns:
        The .mo files written.
    """
    return [mo_file for room in rooms(package) for mo_file in compile_stale(room / "locale")]


def compile_stale(locale_folder: Path) -> list[Path]:
    """Compile every catalogue whose .mo is missing or older than its .po.

    Args:
        locale_folder: holds ``<language>/LC_MESSAGES/*.po``.

    Returns:
        The .mo files written.
    """
    written = []
    for po_file in sorted(locale_folder.glob("*/LC_MESSAGES/*.po")):
        mo_file = po_file.with_suffix(".mo")
        if not mo_file.exists() or mo_file.stat().st_mtime_ns < po_file.stat().st_mtime_ns:
            draft = mo_file.with_suffix(f".mo.{os.getpid()}.partial")
            draft.write_bytes(compile_po(po_file))
            draft.replace(mo_file)
            written.append(mo_file)
    return written
