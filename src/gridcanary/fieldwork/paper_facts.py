"""What papers are told of the devices that were found."""

from __future__ import annotations

from collections.abc import Iterator

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.fieldwork.models import Device


def devices(case: Case, _user: User) -> Iterator[dict[str, str]]:
    """Devices of a case as they were listed."""
    for one in Device.objects.filter(case=case):
        rate = f"{one.hash_rate_th.normalize():f} TH/s" if one.hash_rate_th is not None else ""
        yield {
            "model": f"{one.get_kind_display()} {one.model}".strip(),
            "serial": one.serial,
            "tag": one.tag,
            "quantity": str(one.count),
            "hash_rate": rate,
            "power_kw": f"{one.rated_w * one.count / 1000:.2f}" if one.rated_w else "",
            "state": str(one.get_state_display()),
        }
