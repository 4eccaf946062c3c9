"""Bring the .po catalogues up to date with the texts in the source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gridcanary.console.catalogues import Entry, compile_stale, read_po
from gridcanary.console.messages_in_source import message_keys

ROOMS = ("console", "accounts", "casework")


def texts_in_rooms() -> dict[str, list[str]]:
    """Key of every text of the web rooms to the files that use it."""
    found: dict[str, list[str]] = {}
    for room in ROOMS:
        for key, places in message_keys(Path(settings.CONSOLE_DIR).parent / room).items():
            found.setdefault(key, []).extend(places)
    return found


class Command(BaseCommand):
    """``update_translations``: adds new texts without a translation, drops those no longer used."""

    help = "Add new texts to the .po catalogues, drop unused ones, and compile."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite each catalogue in place."""
        used = texts_in_rooms()
        for folder in settings.LOCALE_PATHS:
            for po_file in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                entries = read_po(po_file)
                known = {entry.key: entry for entry in entries if entry.key}
                header = next((entry for entry in entries if not entry.key), Entry(1, fields={"msgid": ""}))
                lines = [*_block(header, [])]
                for key in sorted(used, key=lambda k: (used[k][0], k)):
                    lines += _block(known.get(key) or _new_entry(key), used[key])
                po_file.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
                missing = sum(1 for key in used if key not in known or not known[key].is_complete)
                self.stdout.write(f"{po_file}: {len(used)} texts, {missing} to translate")
            compile_stale(folder)


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
