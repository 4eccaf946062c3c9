"""Days and times as they are written on papers, in the language of the pack."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from gridcanary.documents.fields import FIELDS, Field, Kind

_DAY = {
    "zh": "{d.year}年{d.month}月{d.day}日",
    "ru": "{d:%d.%m.%Y}",
    "kk": "{d:%d.%m.%Y}",
    "ms": "{d:%d/%m/%Y}",
}
_MOMENT = {"zh": "{d.year}年{d.month}月{d.day}日{d.hour}时{d.minute:02d}分"}

MARKS = {"zh": ("草　稿", "已作废"), "en": ("DRAFT", "WITHDRAWN")}
"""What is printed across a paper that is not in force: not issued yet, withdrawn."""

FRAME_WORDS = {
    "zh": {"case": "案件编号", "version": "版本", "event": "事件日志序号", "seal": "（印章）"},
    "en": {"case": "Case", "version": "Version", "event": "Event log no.", "seal": "(seal)"},
    "ms": {"case": "Kes", "version": "Versi", "event": "No. log peristiwa", "seal": "(meterai)"},
    "ru": {"case": "Дело", "version": "Версия", "event": "№ в журнале событий", "seal": "(печать)"},
    "kk": {"case": "Іс", "version": "Нұсқа", "event": "Оқиғалар журналындағы №", "seal": "(мөр)"},
}
"""Labels of the frame around a paper's text."""

MISSING = {"zh": "【待填：{label}】"}
"""How a field that is still empty shows in a draft; in other languages as ``[label]``."""


def day(value: dt.date, language: str) -> str:
    """A day in words."""
    return _DAY.get(language, "{d:%Y-%m-%d}").format(d=value)


def moment(value: dt.datetime, language: str, zone: ZoneInfo) -> str:
    """A day and time in words, in the pack's time zone."""
    local = value.astimezone(zone)
    if language in _MOMENT:
        return _MOMENT[language].format(d=local)
    return f"{day(local, language)} {local:%H:%M}"


def written(name: str, value: str, language: str, zone: ZoneInfo) -> str:
    """A field's stored value as it goes onto paper; days and times are stored in ISO form."""
    kind = FIELDS[name].kind
    if kind == Kind.DAY and value:
        return day(dt.date.fromisoformat(value), language)
    if kind == Kind.MOMENT and value:
        stored = dt.datetime.fromisoformat(value)
        return moment(stored if stored.tzinfo else stored.replace(tzinfo=zone), language, zone)
    return value


def placeholder(field: Field, language: str) -> str:
    """What stands for a field that is still empty."""
    return MISSING.get(language, "[{label}]").format(label=field.label)
