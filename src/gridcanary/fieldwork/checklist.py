"""What the answers of a case say: the latest answer to each question, and the three lights."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.casework.models import Case
from gridcanary.fieldwork import rules
from gridcanary.fieldwork.models import Answer, ChecklistAnswer, Visit

OPEN, SEEN, PROVED, ABSENT = "open", "seen", "proved", "absent"
"""States of a light: nothing known, seen without evidence, seen with evidence, looked for and not there."""


@dataclass(frozen=True, slots=True)
class Light:
    """One of the three things that show mining.

    Args:
        code: device, software or pool_record.
        state: OPEN, SEEN, PROVED or ABSENT.
        answers: the answers it comes from.
    """

    code: str
    state: str
    answers: tuple[ChecklistAnswer, ...]


def latest_answers(visit: Visit) -> dict[str, ChecklistAnswer]:
    """The answer that counts for each question of a visit, by code."""
    return {answer.item: answer for answer in visit.answers.select_related("answered_by").order_by("id")}


def case_answers(case: Case) -> list[ChecklistAnswer]:
    """The answers that count, of all visits of a case."""
    rows = ChecklistAnswer.objects.filter(visit__case=case).select_related("visit", "answered_by")
    return list({(row.visit_id, row.item): row for row in rows.order_by("id")}.values())


def lights(case: Case, answers: list[ChecklistAnswer] | None = None) -> list[Light]:
    """The three lights of a case, or of the answers given.

    One place where it was seen is enough; where it was looked for everywhere and found nowhere, it is absent.
    """
    light_of = {question.code: question.light for question in rules.questions(case)}
    counted = case_answers(case) if answers is None else answers
    return [_light(code, [row for row in counted if light_of.get(row.item) == code]) for code in rules.LIGHTS]


def _light(code: str, answers: list[ChecklistAnswer]) -> Light:
    seen = [row for row in answers if row.answer == Answer.YES]
    if any(row.evidence for row in seen):
        state = PROVED
    elif seen:
        state = SEEN
    elif answers and all(row.answer == Answer.NO for row in answers):
        state = ABSENT
    else:
        state = OPEN
    return Light(code, state, tuple(answers))
