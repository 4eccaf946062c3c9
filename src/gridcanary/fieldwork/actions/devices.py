"""Listing devices, and what is done with them until each is accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, User
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, CaseSite
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.fieldwork import access, identifiers, recognition, rules
from gridcanary.fieldwork.models import Device, DeviceAct, DeviceEvent, DeviceKind, DeviceState, Visit

MOST_AT_ONCE = 5000
"""Devices a list may hold; a bigger one is a mistake or several lists."""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What is known of a device when it is listed.

    Args:
        kind: a value of DeviceKind.
        model: maker and model.
        serial: serial number; empty where it can't be read.
        mac: network address; empty where it can't be read.
        hash_rate_th: nominal hash rate [TH/s].
        rated_w: rated power [W].
        count: how many, where they are not listed one by one.
        where_found: room, rack, shelf.
        running: whether it was running.
    """

    kind: str
    model: str = ""
    serial: str = ""
    mac: str = ""
    hash_rate_th: Decimal | None = None
    rated_w: int | None = None
    count: int = 1
    where_found: str = ""
    running: bool = False


@transaction.atomic
def list_device(
    user: User, case: Case, facts: DeviceFacts, *, site: CaseSite | None = None, visit: Visit | None = None
) -> Device:
    """Put a device on the case's list and give it a tag.

    Args:
        user: who lists it.
        case: where it belongs.
        facts: what is known of it.
        site: where it was found; that of the visit when left out.
        visit: at which visit; None for one that was handed in.

    Returns:
        The device.

    Raises:
        CaseRefused: facts that don't go together, or one that is on this list already.
    """
    post = _post(user, case, visit)
    Case.objects.select_for_update().get(pk=case.pk)  # tags are numbered one after the other
    device = _listed(user, case, facts, site or (visit.site if visit else None), visit, _next_number(case))
    _happened(device, DeviceAct.LISTED, user, post, changes={})
    note(case, "device.listed", user=user, unit=post.unit, **_for_log(device))
    _tell_recognised(user, post, [device])
    return device


@transaction.atomic
def list_devices(
    user: User, case: Case, many: Sequence[DeviceFacts], *, site: CaseSite | None = None
) -> list[Device]:
    """Put a whole list of devices on the case's list, all or none; one event in the log names them.

    Raises:
        CaseRefused: as list_device, or more than MOST_AT_ONCE.
    """
    post = _post(user, case, None)
    if len(many) > MOST_AT_ONCE:
        raise CaseRefused(_("A list may have at most %(most)d devices.") % {"most": MOST_AT_ONCE})
    Case.objects.select_for_update().get(pk=case.pk)
    first = _next_number(case)
    devices = [_listed(user, case, facts, site, None, first + i) for i, facts in enumerate(many)]
    for device in devices:
        _happened(device, DeviceAct.LISTED, user, post, changes={})
    note(case, "device.imported", user=user, unit=post.unit, devices=[_for_log(one) for one in devices])
    _tell_recognised(user, post, devices)
    return devices


def _post(user: User, case: Case, visit: Visit | None) -> Membership:
    if visit is not None:
        if visit.case_id != case.pk:
            raise CaseRefused(_("This visit belongs to another case."))
        return access.require_taking_part(user, visit)
    return require_acting(user, case, *access.RECORDING)


def check_facts(facts: DeviceFacts) -> None:
    """Refuse facts that don't go together.

    Raises:
        CaseRefused: unknown kind, a number that can't be, or an identified device that is several.
    """
    identified = identifiers.serial_key(facts.serial) or identifiers.mac_key(facts.mac)
    if facts.kind not in DeviceKind.values:
        raise CaseRefused(_("Choose what kind of device it is."))
    if facts.count < 1:
        raise CaseRefused(_("The number must be at least 1."))
    if facts.count > 1 and identified:
        raise CaseRefused(_("A device with a serial number or network address is listed by itself."))
    if (facts.hash_rate_th or 0) < 0 or (facts.rated_w or 0) < 0:
        raise CaseRefused(_("Hash rate and power can't be negative."))


def _listed(
    user: User, case: Case, facts: DeviceFacts, site: CaseSite | None, visit: Visit | None, number: int
) -> Device:
    check_facts(facts)
    serial_key, mac_key = identifiers.serial_key(facts.serial), identifiers.mac_key(facts.mac)
    for field, key in (("serial_key", serial_key), ("mac_key", mac_key)):
        twin = Device.objects.filter(case=case, **{field: key}).first() if key else None
        if twin is not None:
            raise CaseRefused(
                _("%(number)s is on this list already, under tag %(tag)s.")
                % {"number": facts.serial if field == "serial_key" else facts.mac, "tag": twin.tag}
            )
    return Device.objects.create(
        case=case,
        site=site,
        visit=visit,
        tag=f"{case.number}-{number:04d}",
        serial_key=serial_key,
        mac_key=mac_key,
        listed_by=user,
        holder=str(site or "")[:200],
        **asdict(facts),
    )


def _next_number(case: Case) -> int:
    last = Device.objects.filter(case=case).order_by("-id").values_list("tag", flat=True).first()
    return int(last.rpartition("-")[2]) + 1 if last else 1


def _for_log(device: Device) -> dict[str, Any]:
    return {
        "tag": device.tag,
        "device_kind": device.kind,
        "model": device.model,
        "serial": device.serial,
        "mac": device.mac,
        "count": device.count,
    }


def _tell_recognised(user: User, post: Membership, devices: list[Device]) -> None:
    """Leave an event for devices that another case knows too. It names none of what that case holds."""
    known = recognition.recognised_ids(devices)
    for device in devices:
        if device.pk in known:
            note(device.case, "device.recognised", user=user, unit=post.unit, tag=device.tag)


def _happened(device: Device, act: DeviceAct, user: User, post: Membership, **facts: Any) -> DeviceEvent:
    at = facts.pop("at", None) or timezone.now()
    return DeviceEvent.objects.create(
        device=device, act=act, happened_at=at, unit=post.unit, done_by=user, **facts
    )


@transaction.atomic
def photographed(user: User, device: Device, refs: Sequence[str], *, at: dt.datetime) -> DeviceEvent:
    """Attach photographs that are in custody to a device."""
    post = require_acting(user, device.case, *access.RECORDING)
    event = _happened(device, DeviceAct.PHOTOGRAPHED, user, post, at=at, evidence=list(refs))
    note(device.case, "device.photographed", user=user, unit=post.unit, tag=device.tag, evidence=list(refs))
    return event


@dataclass(frozen=True, slots=True)
class Step:
    """Something done with devices.

    Args:
        at: when.
        measure: code of the measure that it rests on, for sealing and taking.
        seal_number: of the seal, for sealing and taking.
        holder: where the device is afterwards.
        document: number of the paper that goes with it.
        remark: anything else.
    """

    at: dt.datetime
    measure: str = ""
    seal_number: str = ""
    holder: str = ""
    document: str = ""
    remark: str = ""


_LEADS_TO = {
    DeviceAct.SEALED: DeviceState.SEALED,
    DeviceAct.SEIZED: DeviceState.SEIZED,
    DeviceAct.RELEASED: DeviceState.RELEASED,
}


@transaction.atomic
def take_step(user: User, devices: Sequence[Device], act: DeviceAct, step: Step) -> list[Device]:
    """Seal, take, move or release devices of one case.

    Args:
        user: who does it.
        devices: all of one case.
        act: SEALED, SEIZED, MOVED or RELEASED.
        step: how.

    Raises:
        CaseRefused: a measure that the pack doesn't allow the department now, a place that is missing, a device
            that is accounted for, or one to be released that nobody holds.
    """
    post, case, rows = _held(user, devices)
    if act in (DeviceAct.SEALED, DeviceAct.SEIZED):
        allowed = {one for one, _basis in rules.measures(case, post.unit, rules.DEVICE_LOOP, step.at.date())}
        if step.measure not in allowed:
            raise CaseRefused(
                _("Your department can't take this measure on devices now. Choose another one.")
            )
    if act in (DeviceAct.SEIZED, DeviceAct.MOVED) and not step.holder.strip():
        raise CaseRefused(_("Say where the devices are now."))
    for device in rows:
        if act == DeviceAct.RELEASED and device.state not in (DeviceState.SEALED, DeviceState.SEIZED):
            raise CaseRefused(_("%(tag)s is neither sealed nor in custody.") % {"tag": device.tag})
        device.state = _LEADS_TO.get(act, device.state)
        device.measure_code = step.measure or device.measure_code
        device.holder = step.holder.strip()[:200] or device.holder
        if act == DeviceAct.SEIZED:
            device.holder_unit = post.unit
        device.save()
        _happened(
            device,
            act,
            user,
            post,
            at=step.at,
            measure_code=step.measure,
            seal_number=step.seal_number.strip()[:64],
            holder=device.holder,
            document=step.document.strip()[:120],
            note=step.remark.strip(),
        )
    note(
        case,
        f"device.{act.value}",
        user=user,
        unit=post.unit,
        tags=[one.tag for one in rows],
        at=step.at.isoformat(),
        measure=step.measure,
        seal=step.seal_number,
        holder=step.holder,
        document=step.document,
    )
    return rows


@transaction.atomic
def dispose(user: User, devices: Sequence[Device], disposal: str, step: Step) -> list[Device]:
    """Record what became of devices.

    Args:
        user: who records it.
        devices: all of one case.
        disposal: code of the pack.
        step: when, with which paper, where to.

    Raises:
        CaseRefused: a disposal that the pack doesn't give this department, a paper that is missing, or a device
            that is accounted for already.
    """
    post, case, rows = _held(user, devices)
    chosen = next((one for one in rules.disposals(case, post.unit) if one.code == disposal), None)
    if chosen is None:
        raise CaseRefused(_("Your department can't record this disposal."))
    if chosen.detail and not step.document.strip():
        raise CaseRefused(_("Give the number of the paper: %(papers)s.") % {"papers": chosen.detail})
    for device in rows:
        device.disposal, device.disposal_final = disposal, chosen.final
        device.state = DeviceState.DISPOSED if chosen.final else device.state
        device.holder = step.holder.strip()[:200] or device.holder
        device.save()
        _happened(
            device,
            DeviceAct.DISPOSED,
            user,
            post,
            at=step.at,
            disposal=disposal,
            document=step.document.strip()[:120],
            holder=device.holder,
            note=step.remark.strip(),
        )
    note(
        case,
        "device.disposed",
        user=user,
        unit=post.unit,
        tags=[one.tag for one in rows],
        disposal=disposal,
        final=chosen.final,
        document=step.document,
        at=step.at.isoformat(),
    )
    return rows


def _held(user: User, devices: Sequence[Device]) -> tuple[Membership, Case, list[Device]]:
    """The devices of one case, locked, none of them accounted for."""
    rows = list(
        Device.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(pk__in=[device.pk for device in devices])
    )
    if not rows:
        raise CaseRefused(_("Choose at least one device."))
    case = rows[0].case
    if any(device.case_id != case.pk for device in rows):
        raise CaseRefused(_("The devices belong to different cases."))
    post = require_acting(user, case, *access.RECORDING)
    done = next((device for device in rows if device.disposal_final), None)
    if done is not None:
        raise CaseRefused(_("%(tag)s is accounted for already.") % {"tag": done.tag})
    return post, case, rows


@transaction.atomic
def correct(user: User, device: Device, facts: DeviceFacts, reason: str) -> Device:
    """Correct an entry; the history keeps what stood there before.

    Raises:
        CaseRefused: no reason, nothing to change, or facts that don't go together.
    """
    post, case, (device,) = _held(user, [device])
    check_facts(facts)
    before = {key: getattr(device, key) for key in asdict(facts)}
    changes = {
        key: [str(before[key]), str(value)] for key, value in asdict(facts).items() if before[key] != value
    }
    if not changes or not reason.strip():
        raise CaseRefused(_("Change something and say why."))
    for key, value in asdict(facts).items():
        setattr(device, key, value)
    device.serial_key, device.mac_key = identifiers.serial_key(facts.serial), identifiers.mac_key(facts.mac)
    twin = Device.objects.filter(case=case, serial_key=device.serial_key).exclude(pk=device.pk).first()
    if device.serial_key and twin is not None:
        raise CaseRefused(
            _("%(number)s is on this list already, under tag %(tag)s.")
            % {"number": facts.serial, "tag": twin.tag}
        )
    device.save()
    _happened(device, DeviceAct.CORRECTED, user, post, changes=changes, note=reason.strip())
    note(case, "device.corrected", user=user, unit=post.unit, tag=device.tag, changes=changes)
    _tell_recognised(user, post, [device])
    return device
