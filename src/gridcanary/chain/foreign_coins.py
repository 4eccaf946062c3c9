"""Coins that a public UTXO chain can't be asked about, told by the shape of what was found, and what it would take.

Each answer names the evidence or the ledger that would be needed, in both languages, because a seized list
usually mixes coins and the investigator must know where to go on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gridcanary.chain.addresses import networks_of_address
from gridcanary.contracts.encodings import base58, cashaddr
from gridcanary.contracts.encodings.errors import BadAddress


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something other than an address of a network that is read.

    Args:
        kind: short code, ``monero``, ``ethereum`` and so on.
        coin: what it is, in English.
        needed_en, needed_zh: what would be needed to follow it; a sentence each.
        secret: whether the text itself must not be shown again.
    """

    kind: str
    coin: str
    needed_en: str
    needed_zh: str
    secret: bool = False


MONERO = Foreign(
    "monero",
    "Monero",
    "Monero hides receivers and amounts, so its public chain shows no income. Needed: the private view key from "
    "the seized wallet (with it incoming payouts can be proved in Monero's own wallet, key images for outgoing "
    "ones), or the pool's payout records.",
    "门罗币（Monero）隐藏收款人和金额，公开链上查不到收益。需要：从扣押的钱包中提取的私有查看密钥（view key），"
    "可在门罗币官方钱包中证明入账（出账另需密钥镜像）；或向矿池调取支付记录。",
)
ETHEREUM = Foreign(
    "ethereum",
    "Ethereum or another EVM chain",
    "Ethereum, Ethereum Classic and tokens such as USDT keep accounts, not outputs. Needed: an archive node or a "
    "block explorer's export of the account's transactions and token transfers.",
    "以太坊、以太经典及 USDT 等代币采用账户模型，不在支持范围。"
    "需要：归档节点，或区块浏览器导出的该账户交易及代币转账记录。",
)
TRON = Foreign(
    "tron",
    "Tron",
    "Tron keeps accounts, and most transfers there are USDT. Needed: a Tron node's or explorer's export of the "
    "account's TRC-20 transfers; the issuer of USDT can freeze on request.",
    "波场（Tron）采用账户模型，多为 USDT 转账，不在支持范围。"
    "需要：波场节点或区块浏览器导出的该账户 TRC-20 转账记录；可向 USDT 发行方申请冻结。",
)
KASPA = Foreign(
    "kaspa",
    "Kaspa",
    "Kaspa's blocks form a graph, and its nodes forget them after some days. Needed: an archival Kaspa node or an "
    "explorer's export of the address, asked for soon.",
    "Kaspa 采用区块有向图结构，普通节点仅保留近几日数据，不在支持范围。"
    "需要：尽快从 Kaspa 归档节点或区块浏览器导出该地址的记录。",
)
LIGHTNING = Foreign(
    "lightning",
    "Lightning",
    "Payouts over Lightning leave no trace on the chain. Needed: the pool's payout records, or the seized "
    "Lightning node's or wallet's own records.",
    "闪电网络支付不上链，链上无痕迹。需要：矿池支付记录，或扣押的闪电网络节点、钱包自身的记录。",
)
MWEB = Foreign(
    "mweb",
    "Litecoin's confidential extension (MWEB)",
    "Amounts and receivers inside MWEB are hidden. Needed: the seized wallet's view key; what goes in and out of "
    "MWEB is visible and followed.",
    "莱特币 MWEB 扩展块内的金额和收款人不公开。需要：扣押钱包的查看密钥；进出 MWEB 的部分可见，可以追踪。",
)
OTHER_COIN = Foreign(
    "other-coin",
    "another coin (such as Dash, Zcash, Ravencoin or Ripple)",
    "The text is well formed, but of a coin whose blocks are not read. Needed: that coin's node or an explorer's "
    "export of the address.",
    "格式正确，但属于尚不支持的币种。需要：该币种的节点，或区块浏览器导出的该地址记录。",
)
EXTENDED_KEY = Foreign(
    "extended-key",
    "an extended public key (xpub, ypub, zpub)",
    "One extended key stands for any number of addresses, which are not derived here. Needed: the list of its "
    "addresses, change addresses included, exported from wallet software with this key.",
    "扩展公钥（xpub、ypub、zpub）对应大量地址，本软件不做派生。"
    "需要：用钱包软件导入该公钥，导出全部收款地址和找零地址。",
)
PRIVATE_KEY = Foreign(
    "private-key",
    "a private key",
    "A private key moves the coins and must not stand in a list. Seal it as evidence, change nothing, and let two "
    "people derive the addresses on a machine without a network.",
    "这是私钥，可直接转移资产，不得列入名单。应作为证据封存，由两人在断网设备上导出对应地址。",
    secret=True,
)
SEED_PHRASE = Foreign(
    "seed-phrase",
    "a seed phrase",
    "A seed phrase moves all coins of the wallet and must not stand in a list. Seal it as evidence, and let two "
    "people derive the addresses on a machine without a network.",
    "这是助记词，可转移钱包内全部资产，不得列入名单。应作为证据封存，由两人在断网设备上导出对应地址。",
    secret=True,
)

_SHAPES: tuple[tuple[re.Pattern[str], Foreign], ...] = (
    (re.compile(r"0x[0-9a-fA-F]{40}"), ETHEREUM),
    (re.compile(r"[489AB57][1-9A-HJ-NP-Za-km-z]{94}"), MONERO),
    (re.compile(r"4[1-9A-HJ-NP-Za-km-z]{105}"), MONERO),
    (re.compile(r"ln(bc|tb|bcrt)\d*[munp]?1[a-z0-9]{50,}", re.IGNORECASE), LIGHTNING),
    (re.compile(r"ltcmweb1[a-z0-9]{50,}", re.IGNORECASE), MWEB),
    (re.compile(r"(zs1|u1)[a-z0-9]{70,}"), OTHER_COIN),
    (re.compile(r"[a-z]{3,8}(\s+[a-z]{3,8}){11}((\s+[a-z]{3,8}){3}){0,4}"), SEED_PHRASE),
)
_TRON_VERSION, _WIF_VERSIONS = 0x41, (0x80, 0xEF, 0xB0, 0x9E)
_EXTENDED_BYTES, _XPRV = 78, ("xprv", "yprv", "zprv", "tprv", "uprv", "vprv", "Ltpv", "Mtpv", "dgpv")
_ADDRESS_BYTES = (21, 22)


def foreign(text: str) -> Foreign | None:
    """What a text is, where it is no address, script or descriptor of a network here; None where that's unknown.

    Checksums are checked where the coin has one that can be (Base58Check, Kaspa); Monero and Ethereum are told
    by length and letters.
    """
    for shape, what in _SHAPES:
        if shape.fullmatch(text):
            return what
    if text.lower().startswith(("kaspa:", "kaspatest:")):
        return KASPA if _is_kaspa(text) else None
    try:
        payload = base58.decode_check(text)
    except BadAddress:
        return None
    return _of_base58(text, payload)


def _of_base58(text: str, payload: bytes) -> Foreign | None:
    if len(payload) == _EXTENDED_BYTES:
        return PRIVATE_KEY if text.startswith(_XPRV) else EXTENDED_KEY
    if payload[0] in _WIF_VERSIONS and len(payload) in (33, 34):
        return PRIVATE_KEY
    if payload[0] == _TRON_VERSION and len(payload) == 21:
        return TRON
    return OTHER_COIN if len(payload) in _ADDRESS_BYTES and not networks_of_address(text) else None


def _is_kaspa(text: str) -> bool:
    """Kaspa writes public keys like CashAddr, with its own prefix and no sizes in the version byte."""
    prefix, _, letters = text.lower().partition(":")
    return cashaddr.checksum_holds(prefix, letters)
