"""The kernel's walk through an object against json and a plain walk through what it reads."""

from __future__ import annotations

import json
import time
from random import Random

import numpy as np
import pytest

from gridcanary.network.messages import MessageReader
from gridcanary.network.messages.codes import KEY, KEYS
from gridcanary.network.messages.object_kernel import (
    AT_DEPTH,
    AT_KIND,
    AT_PATH,
    AT_START,
    AT_STOP,
    BROKEN,
    DEEPEST,
    DEEPEST_NOTED,
    FALSE,
    MOST_FIELDS,
    NULL,
    NUMBER,
    OPEN_ARRAY,
    OPEN_OBJECT,
    PATH_LEVELS,
    TEXT,
    TRUE,
    UNFINISHED,
    read_object,
)
from tests.network.messages.streams import DOWN, UP, pieces

KINDS = {str: TEXT, int: NUMBER, float: NUMBER, type(None): NULL, dict: OPEN_OBJECT, list: OPEN_ARRAY}


def random_value(random: Random, depth: int) -> object:
    """Any JSON value, objects with known keys and strange ones."""
    choice = random.randrange(9 if depth < 5 else 6)
    if choice == 0:
        return random.choice(["", "a", 'quo"te', "back\\slash", "{not an object}", "矿", "line\nend", "]}"])
    if choice < 6:
        return [True, False, None, random.randint(-(10**12), 10**12), random.random() * 1e6][choice - 1]
    if choice == 6:
        return [random_value(random, depth + 1) for _ in range(random.randrange(4))]
    return random_object(random, depth + 1)


def random_object(random: Random, depth: int = 1) -> dict:
    """An object with known keys and strange ones."""
    keys = random.sample([*KEYS, "strange", 'k"', "x\\y", ""], random.randrange(5))
    return {key: random_value(random, depth) for key in keys}


def walk(value: object, path: tuple[int, ...] = ()) -> list[tuple[int, int, int]]:
    """Depth, kind and path of each value within, in the order of the text."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    found = []
    for key, each in inside:
        place = KEY.get(key, 0) if isinstance(key, str) else 128 + key
        own = (*path, place)
        number = sum(part << (8 * (PATH_LEVELS - 1 - level)) for level, part in enumerate(own[:PATH_LEVELS]))
        kind = (TRUE if each else FALSE) if isinstance(each, bool) else KINDS[type(each)]
        found.append((len(own), kind, number))
        if isinstance(each, dict | list):
            found += walk(each, own)
    return found


def read(text: bytes) -> tuple[int, np.ndarray, int]:
    """End, noted fields, where reading stopped."""
    fields = np.zeros((MOST_FIELDS, 5), np.int64)
    end, noted, stopped = read_object(np.frombuffer(text, np.uint8), 0, len(text), fields)
    return end, fields[:noted], stopped


@pytest.mark.parametrize("seed", range(300))
def test_values_are_those_that_json_reads(seed):
    random = Random(seed)
    value = random_object(random)
    text = json.dumps(
        value, indent=random.choice([None, None, 2]), ensure_ascii=random.random() < 0.5
    ).encode()
    end, fields, _ = read(text + b" trailing {")
    assert end == len(text)
    expected = [row for row in walk(value) if row[0] <= DEEPEST_NOTED][:MOST_FIELDS]
    assert [tuple(row) for row in fields[:, [AT_DEPTH, AT_KIND, AT_PATH]].tolist()] == expected
    for row in fields[fields[:, AT_KIND] == TEXT].tolist():
        json.loads(b'"' + text[row[AT_START] : row[AT_STOP]] + b'"')


@pytest.mark.parametrize("seed", range(100))
def test_a_beginning_of_an_object_is_unfinished(seed):
    random = Random(seed)
    text = json.dumps(random_object(random)).encode()
    cut = random.randrange(1, len(text))
    assert read(text[:cut])[0] == UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b'{"a": ?}', id="strange-byte"),
        pytest.param(b'{"a": 1]', id="wrong-closing"),
        pytest.param(b'{"a": [1}', id="wrong-closing-of-array"),
        pytest.param(b"{1: 2}", id="number-as-key"),
        pytest.param(b"{{}}", id="object-as-key"),
        pytest.param(b'{"a": "line\nend"}', id="line-end-in-text"),
        pytest.param(b'{"a":' * (DEEPEST + 2) + b"1", id="too-deep"),
    ],
)
def test_what_is_no_object(text):
    end, _, stopped = read(text)
    assert end == BROKEN
    assert 0 < stopped <= len(text)


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_end(seed):
    random = Random(seed)
    letters = b'{}[]",:\\ \n0tfn"a' + bytes([0, 255, 200])
    text = bytes(random.choice(letters) for _ in range(20_000))
    reader = MessageReader()
    reader.read(pieces([(random.random() < 0.5, 0.0, text[at : at + 97]) for at in range(0, len(text), 97)]))
    assert reader.close(7) is None


def test_an_endless_text_in_tiny_pieces_takes_no_endless_time():
    reader = MessageReader()
    reader.read(pieces([(UP, 0.0, b"{}"), (DOWN, 0.0, b"{}")]))
    begun = time.process_time()
    reader.read(pieces([(UP, 0.0, b'{"a":"'), *((UP, 0.0, b"}") for _ in range(60_000))]))
    assert time.process_time() - begun < 20.0
    assert len(reader._talks[7].streams[UP].carry) <= 33_000
