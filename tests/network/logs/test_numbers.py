"""Kernels that read numbers, times and addresses, beside the standard library."""

from __future__ import annotations

import ipaddress
import random
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.network.logs.kernels.addresses import address_digest
from gridcanary.network.logs.kernels.numbers import BAD, MOST_COUNT, counts_of, spans_of, time_of
from gridcanary.network.logs.wanted import address_number


def time_ns(text: str, zone_s: int = 0) -> int | None:
    """What the kernel reads, None where it is no time."""
    data = np.frombuffer(text.encode(), np.uint8)
    found = int(time_of(data, 0, data.size, zone_s))
    return None if found == BAD else found


def digest(text: str) -> int:
    """What the kernel makes of an address, 0 where it is none."""
    data = np.frombuffer(text.encode(), np.uint8)
    return int(address_digest(data, 0, data.size))


@settings(deadline=None)  # the first call compiles
@given(st.ip_addresses(), st.booleans())
def test_an_address_has_one_digest_however_it_is_written(address: ipaddress.IPv4Address, long: bool) -> None:
    text = address.exploded.upper() if long else str(address)
    assert digest(text) == address_number(str(address)) != 0


def test_what_the_kernel_takes_for_an_address_is_one() -> None:
    chance = random.Random(4)
    wholes = ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7", "fe80::1%eth0", "1:2:3:4:5:6:7:8", "::"]
    taken = 0
    for _ in range(5000):
        text = list(chance.choice(wholes))
        for _ in range(chance.randint(1, 3)):
            text.insert(chance.randrange(len(text) + 1), chance.choice("0123456789abcf:.:%g"))
            if len(text) > 2:
                del text[chance.randrange(len(text))]
        found = digest("".join(text))
        if found:
            taken += 1
            assert found == address_number("".join(text))
    assert taken > 500


@settings(deadline=None)  # the first call compiles
@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2250, 1, 1)),  # noqa: DTZ001 (the zone is drawn apart)
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["+hhmm", "+hh:mm", "Z", ""]),
    st.sampled_from("T "),
)
def test_an_iso_time_is_what_the_standard_library_says(
    when: datetime, east: int, zone: str, between: str
) -> None:
    tz = UTC if zone == "Z" else timezone(timedelta(minutes=east))
    written = when.isoformat(between)
    sign, (hours, minutes) = "-" if east < 0 else "+", divmod(abs(east), 60)
    text = {"+hhmm": f"{sign}{hours:02}{minutes:02}", "+hh:mm": f"{sign}{hours:02}:{minutes:02}"}.get(
        zone, zone
    )
    expected = (when.replace(tzinfo=tz) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert time_ns(written + text, east * 60) == expected * 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1601998366.785668", 1601998366785668000, id="seconds"),
        pytest.param("1601998366", 1601998366000000000, id="whole seconds"),
        pytest.param("1601998366785", 1601998366785000000, id="milliseconds"),
        pytest.param("1601998366785668", 1601998366785668000, id="microseconds"),
        pytest.param("22.335172", 22335172000, id="a capture that begins in 1970"),
        pytest.param("1.6e9", 1600000000000000000, id="exponent"),
        pytest.param("2026-02-29T00:00:00", None, id="no leap year"),
        pytest.param("2026-11-23T24:00:00", None, id="hour 24"),
        pytest.param("2026-11-23T10:00", None, id="no seconds"),
        pytest.param("2026-11-23T10:00:00+1", None, id="half a zone"),
        pytest.param("2026-11-23T10:00:00.5x", None, id="more after it"),
        pytest.param("9" * 40, None, id="too large"),
        pytest.param("1e999", None, id="too large an exponent"),
        pytest.param("-1", None, id="before 1970"),
        pytest.param("", None, id="empty"),
        pytest.param(".", None, id="a point"),
    ],
)
def test_a_time_is_told_apart_by_its_form(text: str, expected: int | None) -> None:
    assert time_ns(text) == expected


@settings(deadline=None)  # the first call compiles
@given(st.floats(1e-9, 3e7))
def test_a_length_of_time_is_near_what_float_reads(seconds: float) -> None:
    data = np.frombuffer(repr(seconds).encode(), np.uint8)
    one = np.zeros(1, np.int32)
    (found,) = spans_of(data, one, one + data.size, np.zeros(1, np.int64))
    assert abs(found - seconds * 1e9) <= 1 + seconds * 1e-6


@settings(deadline=None)  # the first call compiles
@given(st.text("0123456789 -.x", max_size=22))
def test_a_count_is_digits_alone(text: str) -> None:
    data = np.frombuffer(text.encode() + b"\n", np.uint8)
    one = np.zeros(1, np.int32)
    (found,) = counts_of(data, one, one + len(text), np.zeros(1, np.int64), MOST_COUNT)
    plain = text.lstrip(" ")
    good = plain.isascii() and plain.isdigit() and len(plain) <= 18 and int(plain) <= MOST_COUNT
    assert found == (int(plain) if good else BAD)
