"""Entries of a visit, from the phone's queue or from a plain form."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.accounts.models import User
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import person
from gridcanary.fieldwork import forms, rules
from gridcanary.fieldwork.access import ChangedMeanwhile
from gridcanary.fieldwork.actions import devices, photos, records, visits
from gridcanary.fieldwork.actions.devices import DeviceFacts
from gridcanary.fieldwork.actions.sending import Entry, digest_of, once
from gridcanary.fieldwork.actions.visits import Circumstances
from gridcanary.fieldwork.models import Visit
from gridcanary.fieldwork.views.asked import seen_visit

Said = dict[str, Any]
Write = Callable[[User, Visit, Said, dt.datetime], object]

NOT_CONTENT = ("csrfmiddlewaretoken", "entry_key", "force")
"""Fields that are no part of what was entered."""


def _arrive(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    visits.arrive(user, visit, said["at"] or at, certificates_shown=said["certificates_shown"])


def _people(user: User, visit: Visit, said: Said, _at: dt.datetime) -> None:
    told = Circumstances(**{name: said[name] for name in Circumstances.__dataclass_fields__})
    visits.describe(user, visit, told, seen=said["seen"], force=said["force"])


def _answer(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    caption = next(
        (one.text for one in rules.questions(visit.case) if one.code == said["item"]), said["item"]
    )
    refs = photos.add_visit_photos(user, visit, said["photos"], caption, at=at)
    records.answer(
        user,
        visit,
        said["item"],
        said["answer"],
        at=at,
        remark=said["note"],
        evidence=refs,
        seen=said["seen"],
        force=said["force"],
    )


def _load(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    refs = photos.add_visit_photos(user, visit, said["photos"], _("Measured load"), at=at)
    phases = (said["kw_a"], said["kw_b"], said["kw_c"])
    told = records.Measured(said["at"] or at, said["instrument"], said["kw_total"], phases, said["note"])
    records.measure_load(user, visit, told, evidence=refs)


def _meter(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    refs = photos.add_visit_photos(
        user, visit, said["photos"], _("Meter %(meter)s") % {"meter": said["meter_id"]}, at=at
    )
    records.read_meter(
        user,
        visit,
        said["meter_id"],
        said["register_kwh"],
        at=said["at"] or at,
        seal_intact=said["seal_intact"],
        remark=said["note"],
        evidence=refs,
    )


def _device(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    facts = DeviceFacts(**{name: said[name] for name in DeviceFacts.__dataclass_fields__})
    device = devices.list_device(user, visit.case, facts, visit=visit)
    refs = photos.add_visit_photos(
        user, visit, said["photos"], _("Device %(tag)s") % {"tag": device.tag}, at=at
    )
    if refs:
        devices.photographed(user, device, refs, at=at)


def _photo(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    photos.add_visit_photos(user, visit, said["photos"], said["caption"], at=at)


def _finish(user: User, visit: Visit, said: Said, at: dt.datetime) -> None:
    visits.finish(user, visit, said["at"] or at, said["result"])


def _give_up(user: User, visit: Visit, said: Said, _at: dt.datetime) -> None:
    visits.give_up(user, visit, said["reason"])


KINDS: dict[str, tuple[type[forms.EntryForm], Write]] = {
    "arrive": (forms.ArriveForm, _arrive),
    "people": (forms.CircumstancesForm, _people),
    "answer": (forms.AnswerForm, _answer),
    "load": (forms.LoadForm, _load),
    "meter": (forms.MeterForm, _meter),
    "device": (forms.DeviceEntryForm, _device),
    "photo": (forms.PhotoForm, _photo),
    "finish": (forms.FinishForm, _finish),
    "give-up": (forms.GiveUpForm, _give_up),
}
"""Forms of the phone's page, and what each records."""


@require_POST
def receive(request: HttpRequest, visit_id: int, kind: str) -> HttpResponse:
    """Record an entry once, however often it is sent.

    Answers with JSON where the queue asks for it: 200 recorded or already recorded, 409 somebody else was there
    first, 422 refused; with the page otherwise.
    """
    if kind not in KINDS:
        raise Http404
    visit, user = seen_visit(request, visit_id), person(request)
    form_class, write = KINDS[kind]
    form = form_class(request.POST, request.FILES)
    if not form.is_valid():
        return _say(request, visit, 422, "refused", _problems(form))
    said = form.cleaned_data
    entry = Entry(said["entry_key"], kind, _digest(request), said["written_at"])
    try:
        is_new = once(user, visit, entry, lambda at: write(user, visit, said, at))
    except ChangedMeanwhile as overtaken:
        return _say(request, visit, 409, "conflict", str(overtaken))
    except CaseRefused as refused:
        return _say(request, visit, 422, "refused", str(refused))
    if is_new:
        return _say(request, visit, 200, "recorded", _("Recorded."))
    return _say(request, visit, 200, "already", _("This was recorded already."))


def _problems(form: forms.EntryForm) -> str:
    return " ".join(
        f"{form[name].label}: {' '.join(map(str, errors))}"
        if name in form.fields
        else " ".join(map(str, errors))
        for name, errors in form.errors.items()
    )


def _digest(request: HttpRequest) -> str:
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_CONTENT}
    files = {name: [_file_digest(file) for file in many] for name, many in request.FILES.lists()}
    return digest_of(fields, files)


def _file_digest(file: UploadedFile[Any]) -> str:
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return content.hexdigest()


def _say(request: HttpRequest, visit: Visit, status: int, state: str, text: str) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"state": state, "text": text}, status=status)
    (messages.success if status == 200 else messages.error)(request, text)
    return redirect("fieldwork:phone", visit_id=visit.pk)
