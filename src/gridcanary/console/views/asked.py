"""What a request asks for: a subject that the person may see, a range of days."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridcanary.casework.views.asked import person
from gridcanary.console.charts import DayRange, clipped_range
from gridcanary.console.findings import admin_code_of
from gridcanary.console.subjects import Subject, open_subject


def visible_subject(request: HttpRequest, kind: str, subject_id: str) -> Subject:
    """The subject, if it exists in the person's area.

    Raises:
        Http404: there is none, or it lies elsewhere; the two look alike on purpose.
    """
    if not person(request).sees_area(admin_code_of(kind, subject_id)):
        raise Http404(_("There is nothing with this number in your area."))
    subject = open_subject(kind, subject_id)
    if subject is None:
        raise Http404(_("There is nothing with this number in your area."))
    return subject


def asked_range(request: HttpRequest, subject: Subject) -> DayRange:
    """The days that ``?from=…&to=…`` asks for, within those that there are."""
    return clipped_range(subject, _date(request.GET.get("from")), _date(request.GET.get("to")))


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def sentence_language() -> str:
    """Which of a finding's languages the page shows: ``zh`` or ``en``."""
    return "zh" if (get_language() or "").startswith("zh") else "en"
