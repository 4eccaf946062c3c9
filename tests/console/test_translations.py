"""Every text of the web rooms has a Chinese translation that nobody doubts, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gridcanary.console.catalogues import Entry, read_po, rooms
from gridcanary.console.management.commands.update_translations import CATALOGUE, texts_in
from gridcanary.console.messages_in_source import message_keys
from tests.console.conftest import CONSOLE

ROOMS = rooms(CONSOLE.parent)
UPDATE = "run: python -m django update_translations, then translate"


@pytest.fixture(params=ROOMS, ids=lambda room: room.name)
def room(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def entries(room: Path) -> dict[str, Entry]:
    return {entry.key: entry for entry in read_po(room / CATALOGUE) if entry.key}


def test_every_text_is_translated(room: Path, entries: dict[str, Entry]) -> None:
    missing = [key for key in texts_in(room) if key not in entries or not entries[key].is_complete]
    assert not missing, UPDATE


def test_no_translation_is_left_over(room: Path, entries: dict[str, Entry]) -> None:
    assert not set(entries) - set(texts_in(room)), UPDATE


def test_translations_have_the_placeholders_of_the_source(entries: dict[str, Entry]) -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|<[^>]+>", text))

    wrong = {
        key: entry.translations
        for key, entry in entries.items()
        for text in entry.translations
        if placeholders(text) != placeholders(key)
    }
    assert not wrong


def test_a_text_has_one_translation_in_all_rooms() -> None:
    said: dict[str, dict[str, list[str]]] = {}
    for one in ROOMS:
        for entry in read_po(one / CATALOGUE):
            if entry.key:
                said.setdefault(entry.key, {})[one.name] = entry.translations
    assert not {key: by_room for key, by_room in said.items() if len({*map(tuple, by_room.values())}) > 1}


def test_texts_are_found_in_both_kinds_of_file(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(
        'title = _("Load")\nday = pgettext("date", "j F")\nother = _(title)\n', encoding="utf-8"
    )
    (tmp_path / "page.html").write_text(
        '{% load i18n %}{% translate "It\'s (here)" %}'
        "{% blocktranslate with n=x %}{{ n }} of all{% endblocktranslate %}",
        encoding="utf-8",
    )
    assert set(message_keys(tmp_path)) == {"Load", "date\x04j F", "It's (here)", "%(n)s of all"}
