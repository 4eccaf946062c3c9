from __future__ import annotations

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.encodings import base58, cashaddr, cryptonote
from gridcanary.contracts.encodings.five_bits import letters_of
from gridcanary.network.wallet_forms import wallet_in, wallet_of

GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
MONERO = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
EIP_55 = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""From the standard's own examples."""
SIA = bytes(range(32))

WALLETS = [
    pytest.param(GENESIS, "bitcoin|bitcoin-cash", id="bitcoin's first"),
    pytest.param("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bitcoin", id="bech32, BIP 173"),
    pytest.param("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bitcoin", id="bech32 in capitals"),
    pytest.param(base58.encode_check(b"\x30" + bytes(20)), "litecoin", id="litecoin"),
    pytest.param(base58.encode_check(b"\x1c\xb8" + bytes(20)), "zcash|flux", id="zcash t1"),
    pytest.param(base58.encode_check(b"\x1e" + bytes(20)), "dogecoin|digibyte", id="doge or digibyte"),
    pytest.param(base58.encode_check(b"\x3c" + bytes(20)), "ravencoin|komodo|verus", id="R…"),
    pytest.param(MONERO, "monero", id="monero"),
    pytest.param(cryptonote.encode(42, bytes(range(64))), "monero", id="a sub-address of monero"),
    pytest.param(cryptonote.encode(53, bytes(range(64))), "cryptonote", id="another cryptonote coin"),
    pytest.param(EIP_55, "ethereum|ethereum-classic", id="EIP-55"),
    pytest.param(EIP_55.lower(), "ethereum|ethereum-classic", id="small letters"),
    pytest.param(EIP_55[2:].lower(), "ethereum|ethereum-classic", id="without 0x"),
    pytest.param("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "bitcoin-cash", id="cashaddr"),
    pytest.param("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "bitcoin-cash", id="cashaddr, no prefix"),
    pytest.param(
        "9fRAWhdxEsTcdb8PhGNrZfwqa65zfkuYHAMmkQLcic1gdLSV5vA",
        "ergo",
        id="ergo",
    ),
    pytest.param((SIA + blake2b(SIA, digest_size=32).digest()[:6]).hex(), "siacoin", id="siacoin"),
    pytest.param("k:" + "ab" * 32, "kadena", id="kadena"),
]


@pytest.mark.parametrize(("text", "network"), WALLETS)
def test_wallets(text: str, network: str) -> None:
    found = wallet_of(text)
    assert found is not None
    assert (found.text, found.network) == (text, network)


def test_kaspa_by_its_own_prefix() -> None:
    text = cashaddr.encode("kaspa", 0, bytes(range(32)))
    assert wallet_of(text).network == "kaspa"
    assert wallet_of("bitcoincash:" + text.partition(":")[2]) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("KJDTX008", id="an account"),
        pytest.param("", id="nothing"),
        pytest.param(GENESIS[:-1] + "b", id="checksum of base58"),
        pytest.param("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", id="checksum of bech32"),
        pytest.param(MONERO[:-1] + "B", id="checksum of monero"),
        pytest.param(EIP_55[:-1] + "D", id="capitals against EIP-55"),
        pytest.param(base58.encode_check(b"\xf0" + bytes(20)), id="a version that no coin has"),
        pytest.param(base58.encode_check(b"\x00" + bytes(21)), id="one byte too many"),
        pytest.param("0x" + "a" * 64, id="a hash"),
        pytest.param("x" * 100_000, id="very long"),
        pytest.param("一" * 40, id="not ASCII"),
        pytest.param((SIA + bytes(6)).hex(), id="checksum of siacoin"),
        pytest.param(letters_of([3] * 42), id="letters of cashaddr"),
    ],
)
def test_no_wallets(text: str) -> None:
    assert wallet_of(text) is None


@pytest.mark.parametrize(
    "login",
    [
        pytest.param(MONERO + ".rig1", id="worker behind a dot"),
        pytest.param(MONERO + "+25000", id="fixed difficulty"),
        pytest.param(MONERO + ".rig1+25000", id="both"),
        pytest.param("solo:" + MONERO, id="solo"),
        pytest.param("XMR:" + MONERO + ".rig#ab12-cd34", id="coin before it"),
        pytest.param(MONERO + "/rig1/mail@example.org", id="mail behind it"),
    ],
)
def test_wallet_in_a_login(login: str) -> None:
    assert wallet_in(login).text == MONERO


def test_prefix_with_colon_stays_whole_in_a_login() -> None:
    kaspa = cashaddr.encode("kaspa", 0, bytes(range(32)))
    assert wallet_in(kaspa + ".asic7").text == kaspa


def test_accounts_hold_no_wallet() -> None:
    assert wallet_in("KJDTX008.10x1x1x24") is None


@given(st.text(max_size=150))
def test_any_text_is_answered(text: str) -> None:
    found = wallet_in(text)
    assert found is None or found.text in text
