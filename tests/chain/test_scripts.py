from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain import scripts

KEY, OTHER_KEY = "02" + "11" * 32, "03" + "22" * 32


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("76a914" + "11" * 20 + "88ac", "p2pkh"),
        ("76a914" + "11" * 20 + "88ad", "other"),
        ("a914" + "11" * 20 + "87", "p2sh"),
        ("aa20" + "11" * 32 + "87", "p2sh32"),
        ("0014" + "11" * 20, "p2wpkh"),
        ("0020" + "11" * 32, "p2wsh"),
        ("0015" + "11" * 21, "other"),
        ("5120" + "11" * 32, "p2tr"),
        ("51024e73", "witness"),
        ("5220" + "11" * 32, "witness"),
        ("6029" + "11" * 41, "other"),
        ("21" + KEY + "ac", "p2pk"),
        ("41" + "04" + "11" * 64 + "ac", "p2pk"),
        ("21" + "05" + "11" * 32 + "ac", "other"),
        ("5121" + KEY + "21" + OTHER_KEY + "52ae", "multisig"),
        ("5221" + KEY + "51ae", "other"),
        ("5121" + KEY + "21" + "07" * 33 + "52ae", "other"),
        ("5121" + KEY + "51", "other"),
        ("ae", "other"),
        ("6a", "data"),
        ("6a24aa21a9ed" + "00" * 32, "data"),
        ("", "empty"),
        ("4c", "other"),
    ],
)
def test_types(script: str, kind: str) -> None:
    assert scripts.script_type(bytes.fromhex(script)) == kind


def test_what_a_bare_multisig_asks_for() -> None:
    asked = scripts.multisig(bytes.fromhex("5121" + KEY + "21" + OTHER_KEY + "52ae"))
    assert asked == scripts.Multisig(1, (bytes.fromhex(KEY), bytes.fromhex(OTHER_KEY)))


@pytest.mark.parametrize(
    ("script", "items"),
    [
        ("", []),
        ("00", [b""]),
        ("4f51", [b"\x81", b"\x01"]),
        ("60", [b"\x10"]),
        ("0141", [b"A"]),
        ("4c0141", [b"A"]),
        ("4d010041", [b"A"]),
        ("4e0100000041", [b"A"]),
        ("50", None),
        ("76", None),
        ("0241", None),
        ("4c", None),
        ("4dff", None),
    ],
)
def test_pushes(script: str, items: list[bytes] | None) -> None:
    assert scripts.pushes(bytes.fromhex(script)) == items


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type(script: bytes) -> None:
    assert scripts.script_type(script)
    assert scripts.has_signature_check(script) in (True, False)
