from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain import scripts
from gridcanary.chain.addresses import (
    address_of_script,
    networks_of_address,
    script_of_address,
    shown_script,
)
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.contracts.encodings.errors import BadAddress

GENESIS_KEY = (
    "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
    "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
)
KNOWN = (
    ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"),
    ("bitcoin", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
    (
        "testnet3",
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
    ),
    (
        "bitcoin",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
    ),
    ("bitcoin", "BC1SW50QGDZ25J", "6002751e"),
    ("bitcoin", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"),
    (
        "signet",
        "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
        "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
    ),
    (
        "bitcoin",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    ),
    ("bitcoin", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "a91476a04053bda0a88bda5177b86a15c3b29f55987387"),
    (
        "bitcoin-cash",
        "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
        "a91476a04053bda0a88bda5177b86a15c3b29f55987387",
    ),
    (
        "bitcoin-cash",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        "76a91476a04053bda0a88bda5177b86a15c3b29f55987388ac",
    ),
)
"""From BIP 350, the CashAddr specification and the first block."""


@pytest.mark.parametrize(
    ("name", "address", "script"), KNOWN, ids=[f"{name} {text}" for name, text, _ in KNOWN]
)
def test_known_addresses_both_ways(name: str, address: str, script: str) -> None:
    network = NETWORKS[name]
    assert script_of_address(address, network).hex() == script
    written = address_of_script(bytes.fromhex(script), network)
    assert written == (address if address[0] in "13" else address.lower())


networks = st.sampled_from(list(NETWORKS.values()))
addressed_scripts = st.one_of(
    st.binary(min_size=20, max_size=20).map(scripts.p2pkh),
    st.binary(min_size=20, max_size=20).map(scripts.p2sh),
    st.binary(min_size=32, max_size=32).map(scripts.p2sh32),
    st.binary(min_size=20, max_size=20).map(lambda program: scripts.witness_script(0, program)),
    st.binary(min_size=32, max_size=32).map(lambda program: scripts.witness_script(0, program)),
    st.builds(scripts.witness_script, st.integers(1, 16), st.binary(min_size=2, max_size=40)),
)


@given(addressed_scripts, networks)
def test_a_script_comes_back_from_its_address(script: bytes, network: Network) -> None:
    address = address_of_script(script, network)
    if address is None:
        kind = scripts.script_type(script)
        assert (kind == "p2sh32" and not network.cash_prefix) or (
            kind in ("p2wpkh", "p2wsh", "p2tr", "witness") and not network.hrp
        )
    else:
        assert script_of_address(address, network) == script
        assert network in networks_of_address(address)


@given(st.binary(max_size=80), networks)
def test_any_bytes_have_an_address_that_leads_back_or_none(script: bytes, network: Network) -> None:
    address = address_of_script(script, network)
    assert address is None or script_of_address(address, network) == script


@given(st.text(max_size=100), networks)
def test_any_text_is_an_address_or_refused(text: str, network: Network) -> None:
    try:
        script = script_of_address(text, network)
    except BadAddress:
        return
    assert address_of_script(script, network) is not None


@pytest.mark.parametrize(
    ("name", "address", "fault", "says"),
    [
        pytest.param(
            "bitcoin", "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", "network", "litecoin", id="of Litecoin"
        ),
        pytest.param("litecoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "network", "bitcoin", id="of Bitcoin"),
        pytest.param(
            "bitcoin", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "network", "testnet3", id="test"
        ),
        pytest.param(
            "bitcoin-cash", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "network", "bitcoin", id="bc1"
        ),
        pytest.param(
            "dogecoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "network", "bitcoin", id="doge"
        ),
        pytest.param(
            "bitcoin",
            "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            "network",
            "bitcoin-cash",
            id="CashAddr",
        ),
        pytest.param(
            "bitcoin",
            "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
            "network",
            "no network",
            id="a prefix of nobody",
        ),
        pytest.param("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum", "mistyped", id="mistyped"),
        pytest.param(
            "bitcoin", "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "mixed_case", "mixed", id="mixed"
        ),
        pytest.param(
            "bitcoin", "5Kd3NBUAdUnhyzenEwVLy9pBKxSwXvE9FMPyR4UKZvpe6E3AgLr", "length", "33", id="key"
        ),
        pytest.param(
            "bitcoin", " 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "characters", "", id="a blank before it"
        ),
    ],
)
def test_a_wrong_address_is_refused_with_its_fault(name: str, address: str, fault: str, says: str) -> None:
    with pytest.raises(BadAddress) as caught:
        script_of_address(address, NETWORKS[name])
    assert says in str(caught.value)
    assert caught.value.fault == fault


def test_old_litecoin_addresses_are_read_and_new_ones_written() -> None:
    litecoin = NETWORKS["litecoin"]
    script = script_of_address("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", litecoin)
    written = address_of_script(script, litecoin)
    assert written is not None
    assert written.startswith("M")
    assert script_of_address(written, litecoin) == script


def test_an_address_of_several_networks_is_told_as_such() -> None:
    found = {network.name for network in networks_of_address("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC")}
    assert found == {"bitcoin", "bitcoin-cash", "litecoin"}
    assert networks_of_address("nonsense") == []


def test_a_public_key_alone_has_no_address_but_its_key_has() -> None:
    script = bytes([65]) + bytes.fromhex(GENESIS_KEY) + bytes([0xAC])
    shown = shown_script(script, NETWORKS["bitcoin"])
    assert (shown.type, shown.address) == ("p2pk", None)
    assert shown.key_address == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    assert str(shown) == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa (p2pk)"


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("6a0454657374", "data 6a0454657374"),
        ("", "empty"),
        ("51" + "21" + "02" * 33 + "21" + "03" * 33 + "52ae", "1-of-2 multisig"),
    ],
    ids=["p2pkh", "data", "empty", "multisig"],
)
def test_every_script_can_be_shown(script: str, text: str) -> None:
    assert str(shown_script(bytes.fromhex(script), NETWORKS["bitcoin"])).startswith(text)
