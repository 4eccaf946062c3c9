"""Descriptors of BIP 380 (checksums) and 381 to 383 (scripts), as Bitcoin Core tests them."""

from __future__ import annotations

import pytest

from gridcanary.chain.descriptors import BadDescriptor, looks_like_descriptor, scripts_of_descriptor
from gridcanary.chain.networks import NETWORKS
from gridcanary.contracts.encodings.errors import BadAddress

BITCOIN = NETWORKS["bitcoin"]
KEY = "03a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"
LONG_KEY = (
    "04a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"
    "5b8dec5235a0fa8722476c7709c02559e3aa73aa03918ba2d492eea75abea235"
)
LATER_KEY = "03dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
HASH = "9a1c78a507689f6f54b847ad1cef1e614ee23f1e"


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        (f"pk({KEY})", [f"21{KEY}ac"]),
        (f"pk([deadbeef/0h/1']{KEY})", [f"21{KEY}ac"]),
        (f"pk({LONG_KEY})", [f"41{LONG_KEY}ac"]),
        (f"pkh({KEY})", [f"76a914{HASH}88ac"]),
        (f"wpkh({KEY})", [f"0014{HASH}"]),
        (f"sh(wpkh({KEY}))", ["a91484ab21b1b2fd065d4504ff693d832434b6108d7b87"]),
        (f"combo({LONG_KEY})", [f"41{LONG_KEY}ac", "76a914b5bd079c4d57cc7fc28ecf8213a6b791625b818388ac"]),
        (
            f"combo({KEY})",
            [
                f"21{KEY}ac",
                f"76a914{HASH}88ac",
                f"0014{HASH}",
                "a91484ab21b1b2fd065d4504ff693d832434b6108d7b87",
            ],
        ),
        (f"multi(1,{KEY},{LATER_KEY})", [f"5121{KEY}21{LATER_KEY}52ae"]),
        (f"sortedmulti(2,{LATER_KEY},{KEY})", [f"5221{KEY}21{LATER_KEY}52ae"]),
        ("raw(deadbeef)#89f8spxm", ["deadbeef"]),
        ("addr(1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa)", ["76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"]),
    ],
)
def test_scripts(text: str, scripts: list[str]) -> None:
    assert looks_like_descriptor(text)
    assert [script.hex() for script in scripts_of_descriptor(text, BITCOIN)] == scripts


def test_scripts_within_scripts_are_hashed_once_a_level() -> None:
    (outer,) = scripts_of_descriptor(f"sh(wsh(multi(1,{KEY})))", BITCOIN)
    (inner,) = scripts_of_descriptor(f"wsh(multi(1,{KEY}))", BITCOIN)
    assert (outer[:2].hex(), inner[:2].hex(), len(outer), len(inner)) == ("a914", "0020", 23, 34)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("raw(deadbeef)#", "checksum"),
        ("raw(deadbeef)#89f8spxmx", "checksum"),
        ("raw(deadbeef)#89f8spx", "checksum"),
        ("raw(deedbeef)#89f8spxm", "checksum"),
        ("raw(deadbeef)##9f8spxm", "checksum"),
        ("raw(Ü)#00000000", "letter"),
        ("raw(dead", "form"),
        ("raw(xy)", "hex"),
        ("pk(xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgb)", "extended keys"),
        ("pk(deadbeef)", "public key"),
        (f"wpkh({LONG_KEY})", "33 bytes"),
        (f"wsh(sh(pk({KEY})))", "not allowed"),
        (f"wsh(wpkh({KEY}))", "not allowed"),
        (f"tr({KEY})", "bc1p"),
        (f"multi(3,{KEY})", "3 of 1"),
        (f"multi(x,{KEY})", "x of 1"),
        (f"nobody({KEY})", "not known"),
    ],
)
def test_what_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadDescriptor, match=says):
        scripts_of_descriptor(text, BITCOIN)


def test_an_address_inside_is_checked() -> None:
    with pytest.raises(BadAddress):
        scripts_of_descriptor("addr(1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb)", BITCOIN)
