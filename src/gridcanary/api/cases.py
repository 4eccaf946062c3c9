"""Cases, tasks, clocks and events for programs. The same actions as the pages', with the same refusals."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Router, Status
from ninja.errors import HttpError
from ninja.params.functions import Query

from gridcanary.accounts.models import TokenScope, Unit, User
from gridcanary.api import schemas
from gridcanary.api.authentication import Bearer, owner
from gridcanary.casework.actions import cases as case_actions
from gridcanary.casework.actions import stages, tasks
from gridcanary.casework.actions.cases import SiteFacts
from gridcanary.casework.case_queries import CaseSearch, events_of, find_cases, running_clocks
from gridcanary.casework.gates import ways
from gridcanary.casework.models import Case, CaseClock, Task

READ, WRITE = Bearer(TokenScope.CASES_READ), Bearer(TokenScope.CASES_WRITE)
REFUSALS = {401: schemas.Problem, 403: schemas.Problem, 404: schemas.Problem, 409: schemas.Problem}

router = Router(tags=["cases"])

Limit = Query(50, ge=1, le=200, description="how many")
Offset = Query(0, ge=0, le=1_000_000, description="how many to leave out first")


def _case(request: HttpRequest, number: str) -> Case:
    case = (
        Case.objects.visible_to(owner(request))
        .select_related("owner_unit", "pack_version", "returned_from")
        .filter(number=number)
        .first()
    )
    if case is None:
        raise Http404
    return case


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code, active=True).first()
    if unit is None:
        raise HttpError(409, "there is no such department")
    return unit


def case_out(case: Case, seen: set[int] | None = None) -> dict[str, object]:
    """A case as programs get it; an earlier case is named only to those who may see it."""
    earlier = case.returned_from
    return {
        **{
            name: getattr(case, name)
            for name in ("number", "title", "stage", "outcome", "origin", "admin_code")
        },
        **{name: getattr(case, name) for name in ("opened_at", "updated_at", "closed_at")},
        "unit": case.owner_unit.code,
        "pack": case.pack_version.pack_id,
        "pack_version": case.pack_version.version,
        "returned_from": earlier.number if earlier and (seen is None or earlier.pk in seen) else None,
    }


def _seen_earlier(user: User, cases: list[Case]) -> set[int]:
    earlier = [case.returned_from_id for case in cases if case.returned_from_id]
    return set(Case.objects.visible_to(user).filter(pk__in=earlier).values_list("pk", flat=True))


@router.get(
    "/cases", response={200: schemas.CasePage, **REFUSALS}, auth=READ, summary="List and search cases"
)
def list_cases(
    request: HttpRequest,
    q: str = Query("", max_length=100, description="part of a number, title or address, or a meter"),
    stage: str = Query("", max_length=40),
    state: str = Query("", pattern="^(open|closed|late)?$"),
    unit: str = Query("", max_length=64, description="code of the leading department"),
    area: str = Query("", pattern=r"^(\d{2}){0,3}$"),
    limit: int = Limit,
    offset: int = Offset,
) -> dict[str, object]:
    """Cases that the token's owner may see, the last changed first."""
    search = CaseSearch(text=_clean(q), stage=_clean(stage), state=state, unit=_clean(unit), area=area)
    found = find_cases(owner(request), search).select_related("returned_from")
    page = list(found[offset : offset + limit])
    seen = _seen_earlier(owner(request), page)
    return {"count": found.count(), "items": [case_out(case, seen) for case in page]}


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()


@router.post("/cases", response={201: schemas.CaseDetail, **REFUSALS}, auth=WRITE, summary="Open a case")
def open_case(request: HttpRequest, said: schemas.CaseIn) -> Status[dict[str, object]]:
    """Open a case with its first places."""
    sites = [(SiteFacts(**site.dict()), ()) for site in said.sites]
    case = case_actions.open_case(
        owner(request), _unit(said.unit), said.title, sites=sites, summary=said.summary
    )
    return Status(201, _detail(request, case))


@router.get("/cases/{number}", response={200: schemas.CaseDetail, **REFUSALS}, auth=READ, summary="One case")
def one_case(request: HttpRequest, number: str) -> dict[str, object]:
    """A case with its places, and what each way out of its stage lacks."""
    return _detail(request, _case(request, number))


def _detail(request: HttpRequest, case: Case) -> dict[str, object]:
    return {
        **case_out(case, _seen_earlier(owner(request), [case])),
        "summary": case.summary,
        "sites": list(case.sites.all()),
        "ways": [
            {
                "code": way.code,
                "to_stage": way.transition.to_stage,
                "backward": way.transition.backward,
                "lacking": [{"kind": one.kind, "code": one.code, "text": one.text} for one in way.lacking],
            }
            for way in ways(case)
        ],
    }


@router.post(
    "/cases/{number}/sites", response={201: schemas.SiteOut, **REFUSALS}, auth=WRITE, summary="Add a place"
)
def add_site(request: HttpRequest, number: str, said: schemas.SiteIn) -> Status[object]:
    """Add a place to a case."""
    return Status(
        201, case_actions.add_site(owner(request), _case(request, number), SiteFacts(**said.dict()))
    )


@router.post(
    "/cases/{number}/outcome", response={200: schemas.CaseDetail, **REFUSALS}, auth=WRITE, summary="Outcome"
)
def set_outcome(request: HttpRequest, number: str, said: schemas.OutcomeIn) -> dict[str, object]:
    """Say what a case turned out to be."""
    case = _case(request, number)
    case_actions.set_outcome(owner(request), case, said.outcome, said.reason)
    return _detail(request, case)


@router.post(
    "/cases/{number}/move", response={200: schemas.CaseDetail, **REFUSALS}, auth=WRITE, summary="Move on"
)
def move(request: HttpRequest, number: str, said: schemas.MoveIn) -> dict[str, object]:
    """Move a case along a way; 409 says what the gate lacks."""
    stages.move(owner(request), _case(request, number), said.way, said.remark)
    return _detail(request, _case(request, number))


@router.get(
    "/cases/{number}/events", response={200: list[schemas.EventOut], **REFUSALS}, auth=READ, summary="Events"
)
def events(
    request: HttpRequest,
    number: str,
    after: int = Query(-1, ge=-1, le=2**62, description="only events after this number"),
    limit: int = Limit,
) -> list[dict[str, object]]:
    """Events of a case from the log, the oldest first."""
    found = events_of(owner(request), _case(request, number)).filter(seq__gt=after).order_by("seq")
    return [
        {
            "seq": event.seq,
            "occurred_at": event.occurred_at,
            "kind": event.kind,
            "actor": event.actor.get_username() if event.actor else None,
            "unit": event.unit_code,
            "body": event.body,
        }
        for event in found[:limit]
    ]


@router.get(
    "/cases/{number}/tasks", response={200: list[schemas.TaskOut], **REFUSALS}, auth=READ, summary="Tasks"
)
def list_tasks(request: HttpRequest, number: str) -> list[dict[str, object]]:
    """Tasks of a case."""
    return [_task_out(task) for task in _case(request, number).tasks.select_related("case", "unit")]


@router.post(
    "/cases/{number}/tasks", response={201: schemas.TaskOut, **REFUSALS}, auth=WRITE, summary="Set a task"
)
def set_task(request: HttpRequest, number: str, said: schemas.TaskIn) -> Status[dict[str, object]]:
    """Give a department something to do."""
    case = _case(request, number)
    task = tasks.set_task(
        owner(request), case, _unit(said.unit), said.title, details=said.details, due_on=said.due_on
    )
    return Status(201, _task_out(task))


@router.post(
    "/cases/{number}/tasks/{task}",
    response={200: schemas.TaskOut, **REFUSALS},
    auth=WRITE,
    summary="End a task",
)
def end_task(request: HttpRequest, number: str, task: int, said: schemas.TaskEndIn) -> dict[str, object]:
    """Say what came of a task, or drop it."""
    found = (
        Task.objects.filter(case=_case(request, number), pk=_key(task)).select_related("case", "unit").first()
    )
    if found is None:
        raise Http404
    act = tasks.drop if said.dropped else tasks.finish
    act(owner(request), found, said.result)
    return _task_out(found)


def _key(number: int) -> int:
    if not 0 <= number < 2**63:
        raise Http404
    return number


def _task_out(task: Task) -> dict[str, object]:
    return {
        **{name: getattr(task, name) for name in ("id", "title", "details", "due_on", "state", "result")},
        "case": task.case.number,
        "unit": task.unit.code,
    }


@router.get(
    "/clocks", response={200: list[schemas.ClockOut], **REFUSALS}, auth=READ, summary="What runs out next"
)
def clocks(
    request: HttpRequest,
    scope: str = Query("department", pattern="^(department|all)$"),
    limit: int = Limit,
) -> list[dict[str, object]]:
    """Clocks that run, the next to end first: of the owner's departments, or of all cases that the owner sees."""
    return [_clock_out(clock) for clock in running_clocks(owner(request), scope)[:limit]]


def _clock_out(clock: CaseClock) -> dict[str, object]:
    return {
        **{
            name: getattr(clock, name)
            for name in ("id", "code", "state", "started_at", "due_at", "provisional")
        },
        "case": clock.case.number,
        "unit": clock.unit.code,
        "late": clock.is_late,
    }
