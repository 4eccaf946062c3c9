"""Labels to stick on devices: the tag in letters and as a QR code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe

from gridcanary.fieldwork.models import Device


@dataclass(frozen=True, slots=True)
class Label:
    """One label.

    Args:
        device: what it belongs to.
        picture: inline SVG of the code; it holds the address of the device's page.
    """

    device: Device
    picture: SafeString


def labels(devices: Iterable[Device], address_of: Callable[[Device], str]) -> list[Label]:
    """Labels of devices.

    Args:
        devices: in the order of the sheet.
        address_of: the full address of a device's page, which a phone opens when it reads the code.
    """
    return [Label(device, _picture(address_of(device))) for device in devices]


def _picture(address: str) -> SafeString:
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=1, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno, which writes nothing of the address into it as text
