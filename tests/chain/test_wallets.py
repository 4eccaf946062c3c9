from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.wallets import WalletsRefused, read_wallets
from gridcanary.contracts.errors import InputError
from tests.chain.test_foreign_coins import MONERO

BITCOIN, LITECOIN, CASH = NETWORKS["bitcoin"], NETWORKS["litecoin"], NETWORKS["bitcoin-cash"]
FIRST, FIRST_SCRIPT = (
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac",
)
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
OLD_STYLE = "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"
CASH_ADDRESS = "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"
DOGE = "DEA5vGb2NpAwCiCp5yTE16F3DueQUVivQp"
SECRET = "5KYZdUEo39z3FPrtuX2QbbwGnNP5zTd7yyr2SC1j299sBCnWjss"


@pytest.fixture
def write(tmp_path: Path):
    def written(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_a_csv_with_all_its_columns(write) -> None:
    path = write(
        "wallets.csv",
        f"address,name,owner,source\n{FIRST},rig 1,A,phone 3\n\n{FIRST_SCRIPT},again,B,note\n{SEGWIT},,,\n",
    )
    found = read_wallets(path, BITCOIN)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    first, segwit = found.wallets
    assert (first.script.hex(), first.name, first.owner, first.source, first.row) == (
        FIRST_SCRIPT, "rig 1", "A", "phone 3", 2,
    )  # fmt: skip
    assert (segwit.row, segwit.shown, segwit.name) == (5, SEGWIT, "")
    assert [(again.name, again.row) for again in found.repeated] == [("again", 4)]


def test_a_chinese_export_in_gb18030_with_semicolons(write) -> None:
    path = write("wallets.csv", f"钱包地址;持有人;来源;币种\n{FIRST};张某;手机;比特币\n".encode("gb18030"))
    (wallet,) = read_wallets(path, LITECOIN).wallets
    assert (wallet.network, wallet.owner, wallet.source) == ("bitcoin", "张某", "手机")


def test_a_column_map(write) -> None:
    path = write("wallets.csv", f"what,who\n{FIRST},A\n")
    (wallet,) = read_wallets(path, BITCOIN, {"address": "what", "owner": "Who"}).wallets
    assert wallet.owner == "A"


def test_a_text_file(write) -> None:
    path = write(
        "wallets.txt",
        f"# seized\n{FIRST}  rig 1 # desk\n\n{SEGWIT}.worker7\ncombo({'02' + '11' * 32})\n{FIRST_SCRIPT}\tx\n",
    )
    found = read_wallets(path, BITCOIN)
    assert [(one.row, one.name) for one in found.wallets] == [(2, "rig 1"), (4, "worker7"), *[(5, "")] * 4]
    assert [one.row for one in found.repeated] == [6]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param([FIRST], id="texts"),
        pytest.param([{"address": FIRST, "label": None}], id="objects"),
        pytest.param({"wallets": [{"Wallet": FIRST}]}, id="under wallets"),
    ],
)
def test_json(write, content: object) -> None:
    (wallet,) = read_wallets(write("wallets.json", json.dumps(content)), BITCOIN).wallets
    assert (wallet.script.hex(), wallet.row) == (FIRST_SCRIPT, 1)


def test_coins_go_to_their_networks(write) -> None:
    path = write(
        "wallets.csv",
        f"address,coin\n{OLD_STYLE},\n{OLD_STYLE},LTC\n{OLD_STYLE},bch\n{CASH_ADDRESS},\n{DOGE},\n",
    )
    found = read_wallets(path, BITCOIN)
    assert [wallet.network for wallet in found.wallets] == ["bitcoin", "litecoin", "bitcoin-cash", "dogecoin"]
    assert [wallet.text for wallet in found.on(CASH)] == [OLD_STYLE]
    assert [wallet.text for wallet in found.repeated] == [CASH_ADDRESS]


def test_what_cannot_be_followed_is_kept_apart_with_what_it_takes(write) -> None:
    path = write("wallets.csv", f"address,name\n{MONERO},cpu farm\n{SECRET},\n{FIRST},\n")
    found = read_wallets(path, BITCOIN)
    monero, secret = found.not_followed
    assert (monero.what.kind, monero.name, monero.row) == ("monero", "cpu farm", 2)
    assert secret.what.secret
    assert SECRET not in secret.text
    assert len(found.wallets) == 1


def test_a_seed_phrase_in_a_text_file_is_not_shown(write) -> None:
    phrase = " ".join(["abandon"] * 11 + ["about"])
    (told,) = read_wallets(write("wallets.txt", phrase), BITCOIN).not_followed
    assert told.what.kind == "seed-phrase"
    assert "abandon" not in told.text


@pytest.mark.parametrize(
    ("row", "says"),
    [
        pytest.param(FIRST[:-1] + "b,", "mistyped", id="wrong checksum"),
        pytest.param(
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx,", "testnet3, testnet4, signet", id="which test"
        ),
        pytest.param(f"{SEGWIT},litecoin", "not to litecoin", id="another coin said"),
        pytest.param(f"{FIRST},gold", "'gold' is not known", id="unknown coin"),
        pytest.param(f"{'02' + '11' * 32},", r"pk\(KEY\)", id="a bare key"),
        pytest.param("6a0454657374,", "pays anybody", id="a data carrier"),
        pytest.param("wpkh(nothing),", "hex digits", id="bad descriptor"),
        pytest.param("account_17,", "not an address|no '_'", id="a pool account"),
        pytest.param(",btc", "no address", id="no address"),
    ],
)
def test_malformed_rows_are_all_named(write, row: str, says: str) -> None:
    path = write("wallets.csv", f"address,coin\n{FIRST},\n{row}\nnonsense,\n")
    with pytest.raises(WalletsRefused, match=says) as caught:
        read_wallets(path, BITCOIN)
    assert [at for at, _ in caught.value.faults] == [3, 4]
    assert "wallets.csv, row 3, column address" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("wallets.csv", "", "the file is empty"),
        ("wallets.csv", f"a,b\n{FIRST},x\n", "no column is called address"),
        ("wallets.csv", f"address\n{FIRST},x\n", "2 cells where the header has 1"),
        ("wallets.csv", "address\n", "holds no wallets"),
        ("wallets.json", "{", "is no JSON"),
        ("wallets.json", "[" * 100_000, "is no JSON"),
        ("wallets.json", "{}", "is no list of wallets"),
        ("wallets.json", "[1]", "must be a text"),
        ("wallets.txt", b"\xff\xff\xff", "neither UTF-8 nor GB 18030"),
    ],
)
def test_malformed_files(write, name: str, content: str | bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_wallets(write(name, content), BITCOIN)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        read_wallets(tmp_path / "none.csv", BITCOIN)


@pytest.mark.parametrize("name", ["wallets.csv", "wallets.json", "wallets.txt"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_junk_is_refused_and_nothing_else_happens(tmp_path: Path, name: str, junk: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(junk)
    with pytest.raises(InputError, match=name):
        read_wallets(path, BITCOIN)
