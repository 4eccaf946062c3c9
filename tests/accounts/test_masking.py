"""What masking leaves visible, and that it always hides something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.accounts.masking import KINDS, masked

KNOWN_SHOWN = {"name": 1, "phone": 7, "id_number": 8, "account": 4, "plate": 2, "text": 0}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "王小明", "王**"),
        ("name", "王明", "王*"),
        ("name", "欧阳小明", "欧***"),
        ("name", "王", "*"),
        ("name", "John Smith", "J**"),
        ("phone", "13812341234", "138****1234"),
        ("phone", " 13812341234 ", "138****1234"),
        ("phone", "8881234", "****"),
        ("id_number", "37080019990101123X", "3708**********123X"),
        ("id_number", "370800990101123", "3708*******1123"),
        ("account", "6222020200112233", "************2233"),
        ("account", "123456", "****"),
        ("plate", "鲁H12345", "鲁H*****"),
        ("address", "山东省济宁市任城区红星路12号", "山东省济宁市任城区****"),
        ("address", "任城区红星路12号", "任城区****"),
        ("address", "内蒙古自治区鄂尔多斯市准格尔旗薛家湾镇3号", "内蒙古自治区鄂尔多斯市准格尔旗****"),
        ("address", "红星路12号院", "****"),
        ("address", "幸福小区3号楼", "****"),
        ("address", "邹城市幸福小区3号楼", "邹城市****"),
        ("email", "li.na@example.org", "l***@example.org"),
        ("email", "a@example.org", "****"),
        ("email", "no address", "****"),
        ("text", "anything", "****"),
        ("text", "", ""),
        ("phone", "   ", ""),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert masked(value, kind) == shown


@given(
    st.text(min_size=1, max_size=40).filter(lambda text: text.strip()), st.sampled_from(sorted(KNOWN_SHOWN))
)
def test_no_more_than_the_stated_characters_stay(value: str, kind: str) -> None:
    shown = masked(value, kind)
    assert "*" in shown
    kept = sum(1 for character in shown if character != "*")
    assert kept <= KNOWN_SHOWN[kind]
    assert kept < len(value.strip()) or value.strip() == "*" * len(value.strip())


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        masked("x", "nickname")


def test_every_kind_hides_a_long_value() -> None:
    for kind in KINDS:
        assert masked("x" * 30, kind) != "x" * 30
