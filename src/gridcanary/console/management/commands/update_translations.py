"""Bring the .po catalogues up to date with the texts in the source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gridcanary.console.catalogues import Entry, compile_rooms, read_po, rooms
from gridcanary.console.messages_in_source import message_keys

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = Entry(
    1,
    fields={
        "msgid": "",
        "msgstr": "Language: zh_Hans\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n",
    },
)


def texts_in(room: Path) -> dict[str, list[str]]:
    """Key of every text of a web room to the files that use it."""
    return message_keys(room)


class Command(BaseCommand):
    """``update_translations``: adds new texts without a translation, drops those no longer used."""

    help = "Add new texts to the .po catalogue of each web room, drop unused ones, and compile."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite each catalogue in place; a text that another room has translated takes that translation."""
        package = Path(settings.CONSOLE_DIR).parent
        files = {room: room / CATALOGUE for room in rooms(package)}
        entries = {room: read_po(file) if file.exists() else [] for room, file in files.items()}
        shared = {entry.key: entry for room in entries.values() for entry in room if entry.is_complete}
        for room, po_file in files.items():
            used = texts_in(room)
            known = {entry.key: entry for entry in entries[room] if entry.key}
            known |= {key: shared[key] for key in used if key in shared and key not in known}
            lines = [*_block(HEADER, [])]
            for key in sorted(used, key=lambda k: (used[k][0], k)):
                lines += _block(known.get(key) or _new_entry(key), used[key])
            po_file.parent.mkdir(parents=True, exist_ok=True)
            po_file.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
            missing = sum(1 for key in used if key not in known or not known[key].is_complete)
            self.stdout.write(f"{po_file}: {len(used)} texts, {missing} to translate")
        compile_rooms(package)


def _new_entry(key: str) -> Entry:
    context, _separator, rest = key.rpartition("\x04")
    text, _separator, plural = rest.partition("\0")
    fields = {"msgctxt": context} if context else {}
    fields["msgid"] = text
    if plural:
        return Entry(0, fields={**fields, "msgid_plural": plural, "msgstr[0]": ""})
    return Entry(0, fields={**fields, "msgstr": ""})


def _block(entry: Entry, places: list[str]) -> list[str]:
    lines = [f"#: {' '.join(places)}"] if places else []
    if entry.fuzzy:
        lines.append("#, fuzzy")
    if any("%(" in text for text in entry.fields.values()):
        lines.append("#, python-format")
    for name, text in entry.fields.items():
        if entry.key:
            lines.append(f"{name} {json.dumps(text, ensure_ascii=False)}")
        else:  # the header reads better a line a field
            lines.append(f'{name} ""')
            lines += [json.dumps(line, ensure_ascii=False) for line in text.splitlines(keepends=True)]
    return [*lines, ""]
