"""A visit: what was found, the page for the phone, the empty form on paper."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridcanary.accounts.models import User
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import case_context, person, seen_case
from gridcanary.fieldwork import access, forms, recognition, rules
from gridcanary.fieldwork.actions.visits import missing_for_record
from gridcanary.fieldwork.checklist import latest_answers, lights
from gridcanary.fieldwork.conditions import CHECKS
from gridcanary.fieldwork.models import ChecklistAnswer, Visit, VisitPhoto, VisitState
from gridcanary.fieldwork.queries import photos_by_ref, visits_of
from gridcanary.fieldwork.views.asked import seen_visit
from gridcanary.fieldwork.vocabulary import LIGHT_NAMES, LIGHT_STATES


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the form with the answer that counts and the form for a new one."""

    question: rules.Question
    light_name: str
    given: ChecklistAnswer | None
    photos: list[VisitPhoto]
    form: forms.AnswerForm | None = None


@dataclass(frozen=True, slots=True)
class ShownLight:
    """A light as pages show it."""

    code: str
    name: str
    state: str
    text: str


def shown_lights(answers: list[ChecklistAnswer] | None, visit_or_case: Any) -> list[ShownLight]:
    """The three lights of a visit's answers, or of a whole case."""
    case = visit_or_case.case if isinstance(visit_or_case, Visit) else visit_or_case
    return [
        ShownLight(one.code, str(LIGHT_NAMES[one.code]), one.state, str(LIGHT_STATES[one.state]))
        for one in lights(case, answers)
    ]


def _takes_part(user: User, visit: Visit) -> bool:
    try:
        access.require_taking_part(user, visit)
    except CaseRefused:
        return False
    return True


def _questions(visit: Visit, *, with_forms: bool) -> list[AskedQuestion]:
    given, photos = latest_answers(visit), photos_by_ref(visit.case)
    asked = []
    for question in rules.questions(visit.case):
        answer = given.get(question.code)
        first = {"item": question.code, "seen": answer.pk if answer else None, **_new_key()}
        if answer is not None:
            first |= {"answer": answer.answer, "note": answer.note}
        form = forms.AnswerForm(initial=first, auto_id=f"id_{question.code}_%s") if with_forms else None
        shown = [photos[ref] for ref in (answer.evidence if answer else ()) if ref in photos]
        name = str(LIGHT_NAMES.get(question.light, question.light))
        asked.append(AskedQuestion(question, name, answer, shown, form))
    return asked


def _new_key() -> dict[str, Any]:
    return {"entry_key": uuid.uuid4()}


def _context(request: HttpRequest, visit: Visit, *, with_forms: bool) -> dict[str, Any]:
    user = person(request)
    devices = list(visit.devices.all())
    known = recognition.recognised_ids(devices)
    questions = _questions(visit, with_forms=with_forms)
    answers = [one.given for one in questions if one.given is not None]
    return {
        "visit": visit,
        "plan": visit.plan,
        "officers": visit.plan.officers.select_related("membership__user", "membership__unit"),
        "questions": questions,
        "answered": len(answers),
        "lights": shown_lights(answers, visit),
        "measurements": visit.measurements.order_by("-id"),
        "meter_readings": visit.meter_readings.order_by("-id"),
        "photos": visit.photos.order_by("id"),
        "devices": devices,
        "recognised": known,
        "people": visit.people.all(),
        "writes": _takes_part(user, visit),
        "missing": missing_for_record(visit) if visit.state == VisitState.ON_SITE else [],
    }


@require_GET
def visit_page(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Everything that was found at a visit."""
    return render(
        request, "fieldwork/visit.html", _context(request, seen_visit(request, visit_id), with_forms=False)
    )


@require_GET
def phone(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The forms of a visit on one page, for a phone; works without a network once it was opened."""
    visit = seen_visit(request, visit_id)
    response = render(
        request,
        "fieldwork/phone.html",
        _context(request, visit, with_forms=True) | phone_forms(visit) | {"no_network": True},
    )
    response["Cache-Control"] = "no-store"  # only the page's own script keeps it, and deletes it again
    return response


def phone_forms(visit: Visit) -> dict[str, forms.EntryForm]:
    """The empty forms of the phone's page."""
    last = visit.measurements.order_by("-id").first()
    circumstances = {
        name: getattr(visit, name)
        for name in (
            "certificates_shown", "met_as", "witness_present", "no_witness_reason", "site_confirmed", "user_proof",
        )
    }  # fmt: skip
    return {
        "arrive_form": forms.ArriveForm(initial=_new_key(), auto_id="id_arrive_%s"),
        "circumstances_form": forms.CircumstancesForm(
            initial=circumstances | {"seen": visit.version} | _new_key(), auto_id="id_people_%s"
        ),
        "load_form": forms.LoadForm(
            initial={"instrument": last.instrument if last else ""} | _new_key(), auto_id="id_load_%s"
        ),
        "meter_form": forms.MeterForm(
            initial={"meter_id": visit.site.meter_id} | _new_key(), auto_id="id_meter_%s"
        ),
        "device_form": forms.DeviceEntryForm(initial={"count": 1} | _new_key(), auto_id="id_device_%s"),
        "photo_form": forms.PhotoForm(initial=_new_key(), auto_id="id_photo_%s"),
        "finish_form": forms.FinishForm(
            initial={"result": visit.result} | _new_key(), auto_id="id_finish_%s"
        ),
        "give_up_form": forms.GiveUpForm(initial=_new_key(), auto_id="id_giveup_%s"),
    }


@require_GET
def blank_form(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The form of a visit on paper, for places where no phone may be taken."""
    return render(
        request,
        "fieldwork/blank_form.html",
        _context(request, seen_visit(request, visit_id), with_forms=False) | {"rows": range(12)},
    )


@require_GET
def case_inspection(request: HttpRequest, number: str) -> HttpResponse:
    """A case's tab: the lights, what gates still miss, the visits."""
    case = seen_case(request, number)
    user = person(request)
    context = case_context(request, case, "inspection") | {
        "lights": shown_lights(None, case),
        "missing": [text for text in (check(case) for check in CHECKS.values()) if text],
        "visits": visits_of(user, case),
        "sites": case.sites.all(),
        "may_plan": access.may_write(user, case),
    }
    return render(request, "fieldwork/case_inspection.html", context)
