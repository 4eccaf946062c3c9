"""One way to write an address: half-width digits, no blanks, numbers in digits, the common signs only."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER_BEFORE = re.compile(
    r"([零〇一二两三四五六七八九十百]+)(?=(?:号|弄|栋|幢|座|单元|楼|室|组|队|米|公里))"
)
_TRADITIONAL = str.maketrans(
    "濟東萊蕪濰煙臺棗莊臨區縣鎮鄉號樓廠園棟室萬慶陽澤營軍澇雲寧歷長單鄆鉅陶齊諸劉張趙義興豐龍馬鳳銀鐵門間開關陳莒嶗膠",
    "济东莱芜潍烟台枣庄临区县镇乡号楼厂园栋室万庆阳泽营军涝云宁历长单郓巨陶齐诸刘张赵义兴丰龙马凤银铁门间开关陈莒崂胶",
)
_DROPPED = re.compile(r"[\s,，。;；:：、·\"“”'‘’()（）\[\]【】<>《》|/\\]+")
_NUMBER_SIGN = re.compile(r"(\d)\s*(?:#|＃|號)")


def written(text: str) -> str:
    """An address as the matcher compares it.

    >>> written("济宁市 兖州区，建設路８８＃")
    '济宁市兖州区建設路88号'
    >>> written("北关街一百二十号")
    '北关街120号'
    """
    plain = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    plain = _NUMBER_SIGN.sub(r"\1号", plain)
    plain = _DROPPED.sub("", plain)
    return _NUMBER_BEFORE.sub(lambda found: _in_digits(found.group(1)), plain)


def _in_digits(numeral: str) -> str:
    """A Chinese numeral up to 999 in digits; single digits in a row stay a row (一二三 is 123)."""
    if not set(numeral) & set("十百"):
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百":
            total += max(digit, 1 if sign == "十" and total % 100 == 0 else digit) * (
                10 if sign == "十" else 100
            )
            digit = 0
        else:
            digit = _DIGITS[sign]
    return str(total + digit)
