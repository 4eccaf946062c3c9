from __future__ import annotations

import pytest

from gridcanary.network.ends import End, canonical


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        (bytes([10, 0, 0, 1]), "10.0.0.1"),
        (bytes(15) + b"\x01", "::1"),
    ],
)
def test_one_way_to_write_an_address(given: str | bytes, written: str) -> None:
    assert canonical(given) == written


@pytest.mark.parametrize("given", ["", "10.0.0", "10.0.0.256", "pool.example", bytes(5)])
def test_what_is_no_address_is_refused(given: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"does not appear|Expected|not permitted"):
        canonical(given)


def test_ports_of_ipv6_are_told_apart_from_the_address() -> None:
    assert str(End("::1", 3333)) == "[::1]:3333"
    assert str(End("10.0.0.1", 25)) == "10.0.0.1:25"
