"""Names in certificates, and damaged ones."""

from __future__ import annotations

import random

import pytest

from gridcanary.network.tls.certificate import names_of_certificate, names_of_chain
from gridcanary.network.tls.octets import CutShort
from tests.network.made_tls import certificate_der


@pytest.mark.parametrize(
    ("names", "common", "told"),
    [
        pytest.param(
            ("a.example", "*.B.example"), "c.example", ("a.example", "*.b.example"), id="alternative names"
        ),
        pytest.param((), "c.example", ("c.example",), id="common name"),
        pytest.param((), "Big Pool", (), id="no host name"),
    ],
)
def test_names(names: tuple[str, ...], common: str, told: tuple[str, ...]) -> None:
    assert names_of_certificate(certificate_der(names, common)[0]) == told


def test_damaged_certificates() -> None:
    der, _ = certificate_der()
    chance = random.Random(2)
    for _ in range(500):
        damaged = bytearray(der[: chance.randrange(len(der))])
        for _ in range(3):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        size = len(damaged).to_bytes(3, "big")
        chain = (len(damaged) + 3).to_bytes(3, "big") + size + damaged
        assert all(name.isascii() for name in names_of_chain(bytes(chain)))


def test_a_length_past_the_end_is_told() -> None:
    with pytest.raises(CutShort):
        names_of_certificate(b"\x30\x82\xff\xff\x00")
