from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.pools.tags import find_tags, tag_of, telling_tags

VIABTC = tag_of("ViaBTC", "/ViaBTC/")
TATMAS = tag_of("TATMAS Pool", "/ViaBTC/TATMAS Pool/")
BINANCE = tag_of("Binance Pool", "binance")
ANTPOOL = tag_of("AntPool", "Mined by AntPool")
FISH = tag_of("F2Pool", "七彩神仙鱼")
CKPOOL = tag_of("CKPool", "/ckpool.org/")
SEVEN = tag_of("7pool", "/$Mined by 7pool.com/")
ALL = (VIABTC, TATMAS, BINANCE, ANTPOOL, FISH, CKPOOL, SEVEN)


def told(script: bytes) -> list[str]:
    telling, _ = telling_tags(script, find_tags(script, ALL))
    return [match.tag.pool for match in telling]


@pytest.mark.parametrize(
    ("script", "pools"),
    [
        pytest.param(b"\x03\x01/viabtc/\x00", ["ViaBTC"], id="capitals don't matter"),
        pytest.param(b"/ViaBTC/TATMAS Pool/", ["TATMAS Pool"], id="a tag within a longer one"),
        pytest.param(b"/ViaBTC/Mined by binance/", ["ViaBTC"], id="a customer with a pool's name"),
        pytest.param(b"/ViaBTC/Mined by AntPool user/", ["ViaBTC"], id="a customer whose field is a tag"),
        pytest.param(b"\x00Mined by AntPool\x00bj3", ["AntPool"], id="mined by, and the pool alone"),
        pytest.param(b"binance/821\x00/ViaBTC/", ["Binance Pool", "ViaBTC"], id="two pools, no customer"),
        pytest.param("x七彩神仙鱼y".encode(), ["F2Pool"], id="a Chinese tag"),
        pytest.param(b"/ckpoolXorg/", ["CKPool"], id="the point is any letter"),
        pytest.param(b"/$Mined by 7pool.com/", ["7pool"], id="a dollar that is no end"),
        pytest.param(b"nobody", [], id="none"),
        pytest.param(b"", [], id="an empty script"),
    ],
)
def test_who_is_named(script: bytes, pools: list[str]) -> None:
    assert told(script) == pools


def test_what_matches_only_as_a_pattern_is_told() -> None:
    (as_pattern,) = find_tags(b"/ckpoolXorg/", [CKPOOL])
    (as_letters,) = find_tags(b"/CKPool.org/", [CKPOOL])
    assert (as_pattern.literal, as_letters.literal) == (False, True)


@pytest.mark.parametrize("text", ["(a+)+$", "(a*)*b", "(x+x+)+y", "(^_^", "a{1,99}{1,99}c"])
def test_a_tag_that_is_no_safe_pattern_is_taken_literally(text: str) -> None:
    tag = tag_of("A", text)
    before = time.process_time()
    assert find_tags(b"a" * 100, [tag]) == []
    assert find_tags(b"--" + text.encode() + b"--", [tag]) != []
    assert time.process_time() - before < 1


@given(st.binary(max_size=100))
def test_any_script_is_told_of(script: bytes) -> None:
    found = find_tags(script, ALL)
    telling, passed_over = telling_tags(script, found)
    assert sorted(map(id, telling + passed_over)) == sorted(map(id, found))
    assert bool(telling) == bool(found)
