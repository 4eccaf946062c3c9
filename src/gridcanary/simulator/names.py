"""Invented names of premises and addresses; none is a person's."""

from __future__ import annotations

import numpy as np

TOWNS = ("柳沟镇", "白石镇", "东河镇", "青杨镇", "马鞍镇", "双泉乡", "桃岭乡", "城关镇")
VILLAGES = (
    "红星村",
    "前进村",
    "上河村",
    "下河村",
    "西坡村",
    "石桥村",
    "杏园村",
    "大湾村",
    "新民村",
    "槐树村",
)
STREETS = ("建设路", "人民路", "振兴街", "学府路", "工业大道", "滨河路", "朝阳街", "解放路")
_FIRST = "鑫宏恒瑞永盛华金兴德顺源广隆吉祥"
_SECOND = "达泰丰通旺和利昌茂成发安康凯辉业"
_NUMBERED = {
    "居民户",
    "居民光伏户",
    "煤改电居民户",
    "充电桩",
    "通信基站",
    "路灯",
    "机井",
    "办公点",
    "供水泵站",
}


def premises_name(county: str, town: str, words: str, number: int, rng: np.random.Generator) -> str:
    """A name such as an archive holds: ``云河县鑫达五金加工部``, or a number where the archive has numbers.

    Args:
        county: name of the county.
        town: name of the town.
        words: what the customer does; ends the name.
        number: running number of the customer.
        rng: random stream.
    """
    if words in _NUMBERED:
        return f"{town}{words}{number + 1:05d}"
    return county + _FIRST[rng.integers(len(_FIRST))] + _SECOND[rng.integers(len(_SECOND))] + words


def address(county: str, town: str, transformer: int, number: int, rng: np.random.Generator) -> str:
    """An address near the customer's transformer."""
    if town.endswith("乡") or transformer % 2:
        return (
            f"{county}{town}{VILLAGES[transformer % len(VILLAGES)]}{rng.integers(1, 9)}组{number % 90 + 1}号"
        )
    return f"{county}{town}{STREETS[transformer % len(STREETS)]}{rng.integers(1, 300)}号"
