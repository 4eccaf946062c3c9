"""The supply of a case: ordered off, switched off, proved at the meter."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.demo_cases.photographs import picture
from gridcanary.fieldwork.actions import supply
from gridcanary.fieldwork.actions.photos import add_case_photos
from gridcanary.fieldwork.models import Disconnection

REGISTER_KWH = Decimal("182391.2")


def cut(cast: Cast, case: Case, *, hours_ago: int) -> Disconnection:
    """Order the supply of the first place off and switch it off so many hours ago."""
    user, site = cast.officer("utility"), case.sites.all()[0]
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    ordered = supply.order(user, site, "stop_supply", "ndrc1283_stop", reason="查实“挖矿”用电")
    return supply.execute(
        user, ordered, at=at, where_cut="表前开关", register_kwh=REGISTER_KWH,
        evidence=_photo(cast, case, at, "停电后电表示数"),
    )  # fmt: skip


def prove(cast: Cast, case: Case, done: Disconnection) -> None:
    """Read the register again: it has not moved."""
    at = timezone.now()
    supply.prove_on_site(
        cast.officer("utility"), done, at=at, register_kwh=REGISTER_KWH,
        evidence=_photo(cast, case, at, "停电二十四小时后电表示数"),
    )  # fmt: skip


def _photo(cast: Cast, case: Case, at: dt.datetime, caption: str) -> list[str]:
    file = picture(f"{case.number}-{at:%d%H%M}", at.day * 5)
    return add_case_photos(cast.officer("utility"), case, [file], caption, at=at, place="表箱")
