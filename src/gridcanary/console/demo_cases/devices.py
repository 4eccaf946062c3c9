"""The machines of a case: listed, sealed, accounted for."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.demo_cases.size import MACHINE_W, machines
from gridcanary.fieldwork.actions import devices
from gridcanary.fieldwork.models import Device, DeviceAct, DeviceKind


def list_and_seal(cast: Cast, case: Case) -> None:
    """List the machines and seal them where they stand."""
    user = cast.officer("energy")
    found = [
        devices.DeviceFacts(
            DeviceKind.ASIC, "矿机 S19 型", f"DEMO{case.pk:03d}{no:04d}", hash_rate_th=Decimal("95"), rated_w=MACHINE_W,
            where_found=f"{(no - 1) // 8 + 1} 号货架", running=True,
        )
        for no in range(1, machines(case) + 1)
    ]  # fmt: skip
    found.append(
        devices.DeviceFacts(DeviceKind.NETWORK, "路由器", f"DEMO{case.pk:03d}R1", where_found="门口")
    )
    listed = devices.list_devices(user, case, found, site=case.sites.first())
    step = devices.Step(timezone.now(), measure="register_preserve", seal_number="DEMO-F-001")
    devices.take_step(user, listed, DeviceAct.SEALED, step)


def clear_away(cast: Cast, case: Case) -> None:
    """Record that the owner removed the machines."""
    step = devices.Step(timezone.now(), document="停止“挖矿”活动报告", holder="已运离示范县")
    held = list(Device.objects.filter(case=case))
    devices.dispose(cast.officer("energy"), held, "removed_by_owner", step)
