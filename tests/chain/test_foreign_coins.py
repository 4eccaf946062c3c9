from __future__ import annotations

import pytest

from gridcanary.chain import foreign_coins
from gridcanary.chain.foreign_coins import foreign
from gridcanary.contracts.encodings import base58

MONERO = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
KINDS = {
    MONERO: "monero",
    "8" + MONERO[1:]: "monero",
    MONERO + "1" * 11: "monero",
    "0x742d35Cc6634C0532925a3b844Bc454e4438f44e": "ethereum",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t": "tron",
    "kaspa:qqftm2326a5kyxahxnxkvtvqggptg64zwcv3e0dsang3xf9e25rx2hjnrptrf": "kaspa",
    "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy7"
    "6urqht4qa59ts3at6gf": "mweb",
    "5KYZdUEo39z3FPrtuX2QbbwGnNP5zTd7yyr2SC1j299sBCnWjss": "private-key",
    "L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1": "private-key",
    "xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpC"
    "qE2VbFWc": "private-key",
    "xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY2grBGRjaDMzQLcgJvLJ"
    "uZZvRcEL": "extended-key",
    " ".join(["abandon"] * 11 + ["about"]): "seed-phrase",
    base58.encode_check(bytes([76]) + bytes(20)): "other-coin",
    "lnbc1" + "q" * 100: "lightning",
}


@pytest.mark.parametrize(
    ("text", "kind"), KINDS.items(), ids=[f"{kind} {text[:8]}" for text, kind in KINDS.items()]
)
def test_shapes(text: str, kind: str) -> None:
    told = foreign(text)
    assert told is not None
    assert told.kind == kind
    assert told.secret == (kind in ("private-key", "seed-phrase"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", id="Tron, mistyped"),
        pytest.param(
            "kaspa:qqftm2326a5kyxahxnxkvtvqggptg64zwcv3e0dsang3xf9e25rx2hjnrptrg", id="Kaspa, mistyped"
        ),
        pytest.param("0x742d35Cc6634C0532925a3b844Bc454e4438f4", id="short for Ethereum"),
        pytest.param(MONERO[:-1], id="short for Monero"),
        pytest.param("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", id="of Bitcoin"),
        pytest.param("found in the drawer of the second desk next to the old window there", id="a remark"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_told(text: str) -> None:
    assert foreign(text) is None


def test_monero_is_answered_with_the_view_key_in_both_languages() -> None:
    assert "view key" in foreign_coins.MONERO.needed_en
    assert "查看密钥" in foreign_coins.MONERO.needed_zh
