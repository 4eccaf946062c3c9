"""JA3 and JA4 against the values that their authors print."""

from __future__ import annotations

from gridcanary.network.tls.client_hello import ClientHello
from gridcanary.network.tls.fingerprints import RESERVED, ja3_text, ja4

GREASE = 0x2A2A
CHROME = ClientHello(
    version=0x0303,
    ciphers=[
        GREASE,
        4865,
        4866,
        4867,
        49195,
        49199,
        49196,
        49200,
        52393,
        52392,
        49171,
        49172,
        156,
        157,
        47,
        53,
    ],
    extensions=[GREASE, 27, 0, 51, 16, 17513, 23, 45, 13, 5, 35, 18, 43, 65281, 11, 10, 21],
    groups=[GREASE, 29, 23, 24],
    point_formats=[0],
    signatures=[0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
    versions=[GREASE, 0x0304, 0x0303],
    alpn=[b"h2", b"http/1.1"],
    name="example.org",
)


def test_ja4_of_the_specification() -> None:
    assert ja4(CHROME) == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_ja4_without_extensions_and_with_odd_protocols() -> None:
    bare = ClientHello(version=0x0301, ciphers=[5])
    assert ja4(bare).startswith("t10i010000_")
    assert ja4(bare).endswith("_000000000000")
    odd = ClientHello(version=0x0303, ciphers=[5], extensions=[16], alpn=[b"\xab\xcd"])
    assert ja4(odd).split("_")[0] == "t12i0101ad"
    assert ja4(ClientHello(version=0x0303, ciphers=[GREASE])).split("_")[1] == "000000000000"


def test_ja3_text_leaves_reserved_values_out() -> None:
    text = ja3_text(CHROME)
    assert text.startswith("771,4865-4866-4867-49195-")
    assert text.endswith(",29-23-24,0")
    assert str(GREASE) not in text.replace(",", "-").split("-")
    assert ja3_text(ClientHello(version=769, ciphers=[4, 5])) == "769,4-5,,,"


def test_reserved_values_are_those_of_the_standard() -> None:
    assert {f"{number:04x}" for number in RESERVED} == {f"{digit}a{digit}a" for digit in "0123456789abcdef"}
