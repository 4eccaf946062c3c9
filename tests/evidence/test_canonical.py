"""One value has one byte string, and what JSON cannot hold exactly is refused by name."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.evidence.canonical import canonical, is_canonical
from gridcanary.evidence.digests import digest_bytes, sm3_hex
from gridcanary.evidence.errors import NotCanonical
from gridcanary.evidence.leaf import NO_PREDECESSOR, Entry, chained

AT = dt.datetime(2026, 11, 23, 16, 15, 0, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_json_says_the_same_and_is_the_only_form(value: Any) -> None:
    try:
        text = canonical(value)
    except NotCanonical:
        # a lone half of a surrogate pair has no UTF-8; a great whole number would not come back as it was
        assert re.search(r"\\ud|\d{16}|e\+", json.dumps(value))
        return
    assert json.loads(text) == value
    assert is_canonical(text)
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}', id="names sorted"),
        pytest.param({"€": 1, "\r": 2, "😀": 3}, '{"\\r":2,"€":1,"😀":3}', id="sorted as UTF-16"),
        pytest.param([1e21, 0.000001, 1e-7, 4.0], "[1e+21,0.000001,1e-7,4]", id="numbers as JavaScript"),
        pytest.param({"yuan": Decimal("12.30")}, '{"yuan":"12.30"}', id="money as text"),
        pytest.param(AT, '"2026-11-23T08:15:00.000005Z"', id="time in UTC"),
        pytest.param(dt.date(2026, 1, 2), '"2026-01-02"', id="day"),
        pytest.param(uuid.UUID(int=5), '"00000000-0000-0000-0000-000000000005"', id="uuid"),
    ],
)
def test_forms(value: Any, text: str) -> None:
    assert canonical(value).decode() == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param({"kwh": 2**53}, r"body\.kwh: the integer .* is too great", id="great integer"),
        pytest.param({"kw": [1.0, float("nan")]}, r"body\.kw\[1\]: nan is no number", id="nan"),
        pytest.param({"at": dt.datetime(2026, 1, 1)}, r"body\.at: .* has no zone", id="time without zone"),  # noqa: DTZ001
        pytest.param({1: 2}, "the name 1 is no text", id="number as name"),
        pytest.param({"x": {1, 2}}, r"body\.x: a set has no JSON form", id="set"),
        pytest.param({"x": b"a"}, r"body\.x: a bytes has no JSON form", id="bytes"),
        pytest.param("\ud800", "body: ", id="half a surrogate pair"),
    ],
)
def test_what_json_cannot_hold_is_named(value: Any, message: str) -> None:
    with pytest.raises(NotCanonical, match=message):
        canonical(value)


@pytest.mark.parametrize("text", [b'{"a": 1}', b'{"b":1,"a":2}', b"1.0", b"{", b"\xff"])
def test_other_forms_are_not_canonical(text: bytes) -> None:
    assert not is_canonical(text)


def entry(**changes: Any) -> Entry:
    facts = {"seq": 3, "at": AT, "actor": "li.na", "unit": "jn-energy", "case": "鲁能查〔2026〕1号"}
    facts |= {"kind": "case.opened", "body": {"kw": 975}, "prev_sm3": NO_PREDECESSOR}
    return Entry(**{**facts, **changes})


def test_an_entry_comes_back_from_its_bytes() -> None:
    assert Entry.from_bytes(entry().to_bytes()) == entry()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text + b"\n", id="newline"),
        pytest.param(lambda text: text.replace(b'"v":1', b'"v":2'), id="another version"),
        pytest.param(lambda text: text.replace(b'"seq":3,', b""), id="field missing"),
        pytest.param(lambda text: text.replace(b'"seq":3', b'"seq":3.0'), id="not canonical"),
        pytest.param(lambda text: text.replace(b"Z", b""), id="time without zone"),
        pytest.param(lambda _: b"[]", id="no object"),
    ],
)
def test_bytes_that_are_no_entry_are_refused(change: Any) -> None:
    with pytest.raises(NotCanonical):
        Entry.from_bytes(change(entry().to_bytes()))


def test_entries_are_chained_by_sm3() -> None:
    assert chained(None) == "0" * 64
    assert chained(b"abc") == sm3_hex(b"abc") == digest_bytes(b"abc").sm3
    assert chained(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
