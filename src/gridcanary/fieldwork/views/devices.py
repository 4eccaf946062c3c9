"""The device list of a case, and the page of one device."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import case_context, person, seen_case
from gridcanary.contracts.errors import InputError
from gridcanary.fieldwork import access, rules
from gridcanary.fieldwork.actions import devices as acts
from gridcanary.fieldwork.actions.devices import DeviceFacts, Step
from gridcanary.fieldwork.device_file import COLUMNS, BadDeviceList, read_device_list
from gridcanary.fieldwork.forms import CorrectForm, DeviceForm, DisposalForm, ImportForm, StepForm
from gridcanary.fieldwork.labels import labels
from gridcanary.fieldwork.models import Device, DeviceAct
from gridcanary.fieldwork.queries import photos_by_ref
from gridcanary.fieldwork.recognition import recognised_ids, sightings
from gridcanary.fieldwork.views.asked import seen_device

STEPS = {
    "seal": DeviceAct.SEALED,
    "seize": DeviceAct.SEIZED,
    "move": DeviceAct.MOVED,
    "release": DeviceAct.RELEASED,
}
LABELS_A_SHEET = 24


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    rows = list(Device.objects.filter(case=case).select_related("site", "holder_unit"))
    known = recognised_ids(rows)
    totals = Device.objects.filter(case=case).aggregate(
        entries=Count("pk"), number=Sum("count"), left=Count("pk", filter=Q(disposal_final=False))
    )
    hash_rate = sum((row.hash_rate_th or 0) * row.count for row in rows)
    power_w = sum((row.rated_w or 0) * row.count for row in rows)
    return {
        "devices": [
            {
                "device": row,
                "known": row.pk in known,
                "disposal": rules.disposal_name(case, row.disposal) if row.disposal else "",
            }
            for row in rows
        ],
        "totals": totals,
        "hash_rate": hash_rate,
        "power_kw": power_w / 1000,
        "known_count": len(known),
        "writes": access.may_write(person(request), case),
    }


def _choices(request: HttpRequest, case: Case) -> dict[str, Any]:
    post = acting_membership(person(request), case, *access.RECORDING)
    if post is None:
        return {}
    now = timezone.localtime()
    measures = {
        measure: rules.measure_name(case, measure)
        for measure, _basis in rules.measures(case, post.unit, rules.DEVICE_LOOP, now.date())
    }
    disposals = [
        (
            one.code,
            one.name
            + (f" · {one.detail}" if one.detail else "")
            + ("" if one.final else " · " + _("not final")),
        )
        for one in rules.disposals(case, post.unit)
    ]
    return {
        "step_form": StepForm(list(measures.items()), initial={"at": now}, prefix="step"),
        "disposal_form": DisposalForm(disposals, initial={"at": now}, prefix="disposal"),
        "measures": measures,
    }


@require_GET
def case_devices(request: HttpRequest, number: str) -> HttpResponse:
    """A case's tab: the device list."""
    case = seen_case(request, number)
    context = case_context(request, case, "devices") | _context(request, case) | _choices(request, case)
    return render(request, "fieldwork/case_devices.html", context)


def new_device(request: HttpRequest, number: str) -> HttpResponse:
    """List a device at the desk."""
    case = seen_case(request, number)
    form = DeviceForm(case, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        site = said.pop("site")
        try:
            device = acts.list_device(person(request), case, DeviceFacts(**said), site=site)
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Listed under tag %(tag)s.") % {"tag": device.tag})
            return redirect("fieldwork:case_devices", number=number)
    context = case_context(request, case, "devices") | {"form": form, "heading": _("List a device")}
    return render(request, "fieldwork/device_form.html", context)


def import_devices(request: HttpRequest, number: str) -> HttpResponse:
    """Take a list over from a file: all of it, or nothing with every mistake named."""
    case = seen_case(request, number)
    form = ImportForm(case, request.POST or None, request.FILES or None)
    mistakes: list[InputError] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            facts = read_device_list(file.file, file.name)
            listed = acts.list_devices(person(request), case, facts, site=form.cleaned_data["site"])
        except BadDeviceList as bad:
            mistakes = list(bad.mistakes)
        except InputError as bad:
            mistakes = [bad]
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(count)d entries are listed.") % {"count": len(listed)})
            return redirect("fieldwork:case_devices", number=number)
    context = case_context(request, case, "devices") | {
        "form": form,
        "mistakes": mistakes,
        "columns": list(COLUMNS),
    }
    return render(request, "fieldwork/import_devices.html", context)


@require_GET
def pattern(request: HttpRequest, number: str) -> HttpResponse:
    """An empty list with the right columns."""
    seen_case(request, number)
    names = "类型,型号,序列号,MAC地址,算力(TH/s),额定功率(W),数量,位置,是否运行"
    example = "矿机,,,,,,1,,是"
    response = HttpResponse(f"\ufeff{names}\r\n{example}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="devices.csv"'
    return response


@require_GET
def label_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Labels to print: of all devices of the case, or of those asked for (``?tag=``)."""
    case = seen_case(request, number)
    devices = Device.objects.filter(case=case)
    if request.GET.getlist("tag"):
        devices = devices.filter(tag__in=request.GET.getlist("tag"))

    def address_of(device: Device) -> str:
        return request.build_absolute_uri(reverse("fieldwork:device", kwargs={"tag": device.tag}))

    made = labels(devices, address_of)
    sheets = [made[at : at + LABELS_A_SHEET] for at in range(0, len(made), LABELS_A_SHEET)]
    return render(request, "fieldwork/labels.html", {"case": case, "sheets": sheets})


def _chosen(request: HttpRequest, case: Case) -> list[Device]:
    return list(Device.objects.filter(case=case, tag__in=request.POST.getlist("tag")))


@require_POST
def step(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Seal, take, move or release the devices that were ticked, or record what became of them."""
    case = seen_case(request, number)
    choices = _choices(request, case)
    back = redirect("fieldwork:case_devices", number=number)
    if not choices or (act not in STEPS and act != "dispose"):
        messages.error(request, _("Your department doesn't work on this case."))
        return back
    if act == "dispose":
        form: Any = DisposalForm(
            choices["disposal_form"].fields["disposal"].choices, request.POST, prefix="disposal"
        )
    else:
        form = StepForm(list(choices["measures"].items()), request.POST, prefix="step")
    if not form.is_valid():
        problems = [
            f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()
        ]
        messages.error(request, " ".join(problems))
        return back
    said = dict(form.cleaned_data)
    user, chosen = person(request), _chosen(request, case)
    try:
        if act == "dispose":
            done = acts.dispose(user, chosen, said.pop("disposal"), Step(**said))
        else:
            done = acts.take_step(user, chosen, STEPS[act], Step(**said))
    except CaseRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Recorded for %(count)d entries.") % {"count": len(done)})
    return back


@require_GET
def device_page(request: HttpRequest, tag: str) -> HttpResponse:
    """One device: what is known, where it was seen before, what happened to it."""
    device = seen_device(request, tag)
    case, user = device.case, person(request)
    photos = photos_by_ref(case)
    events = list(device.events.select_related("done_by", "unit"))
    context = case_context(request, case, "devices") | {
        "device": device,
        "sightings": sightings(user, device),
        "events": [
            {
                "event": event,
                "photos": [photos[ref] for ref in event.evidence if ref in photos],
                "measure": rules.measure_name(case, event.measure_code) if event.measure_code else "",
                "disposal": rules.disposal_name(case, event.disposal) if event.disposal else "",
            }
            for event in events
        ],
        "disposal": rules.disposal_name(case, device.disposal) if device.disposal else "",
        "writes": access.may_write(user, case) and not device.disposal_final,
    }
    return render(request, "fieldwork/device.html", context)


def correct(request: HttpRequest, tag: str) -> HttpResponse:
    """Correct an entry."""
    device = seen_device(request, tag)
    names = list(asdict(DeviceFacts(kind="")))
    form = CorrectForm(request.POST or None, initial={name: getattr(device, name) for name in names})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        reason = said.pop("reason")
        try:
            acts.correct(person(request), device, DeviceFacts(**said), reason)
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Corrected; the history keeps what stood there before."))
            return redirect("fieldwork:device", tag=tag)
    context = case_context(request, device.case, "devices") | {
        "form": form,
        "heading": _("Correct %(tag)s") % {"tag": tag},
    }
    return render(request, "fieldwork/device_form.html", context)
