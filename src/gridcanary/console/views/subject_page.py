"""The page of one premises or one transformer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridcanary.accounts.models import User
from gridcanary.casework.views.asked import person
from gridcanary.console import charts
from gridcanary.console.archive import customers_where
from gridcanary.console.archive_facts import archive_facts
from gridcanary.console.curve_cache import curves
from gridcanary.console.findings import METER, TRANSFORMER, ListedFinding, open_book
from gridcanary.console.lake_days import mean_of_present
from gridcanary.console.sparklines import sparkline
from gridcanary.console.subjects import Subject
from gridcanary.console.views.asked import asked_range, sentence_language, visible_subject
from gridcanary.console.views.triage import triage_context
from gridcanary.console.vocabulary import CLASS_NAMES, MODE_NAMES, headline, quality_sentence
from gridcanary.endpoints.queries import links_to_meter

AROUND_DAYS = 15
"""Days on either side of the onset that the "around the onset" button shows."""


@dataclass(frozen=True, slots=True)
class FedCustomer:
    """A customer in a transformer's table."""

    meter_id: str
    name: str
    class_name: str
    mean_kw: float | None
    finding: ListedFinding | None


@require_safe
def subject(request: HttpRequest, kind: str, subject_id: str) -> HttpResponse:
    """Everything known about one meter or transformer."""
    shown_subject, user = visible_subject(request, kind, subject_id), person(request)
    finding = shown_subject.finding
    language = sentence_language()
    context: dict[str, Any] = {
        "subject": shown_subject,
        "finding": finding,
        "headline": headline(finding).replace(" kW", "\u00a0kW"),  # a number stays with its unit
        "mode_name": MODE_NAMES.get(finding.mode, "") if finding else "",
        "reasons": finding.reasons[language] if finding else (),
        "innocent": finding.innocent[language] if finding else (),
        "quality": [quality_sentence(code) for code in finding.quality] if finding else [],
        "facts": archive_facts(shown_subject),
        "siblings": _siblings(shown_subject),
        "customers": _fed_customers(shown_subject, user),
        "group": _group(shown_subject, user),
        "wire_links": links_to_meter(user, subject_id) if kind == METER else (),
        "neighbours": _neighbours(shown_subject, user),
        "labels": _chart_labels(shown_subject),
        **_chart_context(request, shown_subject),
        **triage_context(user, shown_subject.kind, shown_subject.subject_id),
    }
    return render(request, "console/subject.html", context)


def _chart_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    if not subject.days:
        return {"shown": None}
    shown = asked_range(request, subject)
    levels = charts.compared_levels(subject, subject.load_kw)
    before, after = (charts.typical_kw(rows) for rows in levels) if levels else (None, None)
    return {
        "shown": shown,
        "whole_period": charts.clipped_range(subject, None, None),
        "ranges": _ranges(subject),
        "before_kw": before,
        "after_kw": after,
        "step_kw": None if before is None or after is None else after - before,
        "loss_first": subject.shows_in_loss,
        "loss_change": charts.loss_change(subject),
        "small_curve": sparkline(
            subject.days, mean_of_present(subject.load_kw, axis=1), subject.onset, width=800, height=160
        ),
    }


def _ranges(subject: Subject) -> list[tuple[str, charts.DayRange]]:
    """Ranges offered as buttons."""
    whole = charts.clipped_range(subject, None, None)
    offered = [(_("Whole period"), whole)]
    last = whole.last
    if subject.onset and whole.first < subject.onset <= last:
        around = dt.timedelta(days=AROUND_DAYS)
        offered.append(
            (_("Around the onset"), _clip(subject, subject.onset - around, subject.onset + around))
        )
    offered.append((_("Last 30 days"), _clip(subject, last - dt.timedelta(days=29), last)))
    offered.append((_("Last 7 days"), _clip(subject, last - dt.timedelta(days=6), last)))
    return offered


def _clip(subject: Subject, first: dt.date, last: dt.date) -> charts.DayRange:
    return charts.clipped_range(subject, first, last)


def _siblings(subject: Subject) -> list[str]:
    """Other meters of the same premises."""
    if subject.customer is None:
        return []
    meters = (row.meter_id for row in customers_where("premises_id", [subject.customer.premises_id]))
    return [meter for meter in meters if meter != subject.subject_id]


def _group(subject: Subject, user: User) -> list[ListedFinding]:
    book = open_book()
    if book is None or subject.finding is None:
        return []
    members = book.group(subject.finding.group_id)
    return [f for f in members if user.sees_area(f.admin_code) and f.key != subject.finding.key]


def _neighbours(subject: Subject, user: User) -> dict[str, ListedFinding | None]:
    """The findings before and after this one in the list, for going through it one by one."""
    book = open_book()
    visible = book.visible_to(user) if book else []
    place = next((i for i, f in enumerate(visible) if f.key == (subject.kind, subject.subject_id)), None)
    if place is None:
        return {"previous": None, "next": None}
    return {
        "previous": visible[place - 1] if place else None,
        "next": visible[place + 1] if place + 1 < len(visible) else None,
    }


def _fed_customers(subject: Subject, user: User) -> list[FedCustomer]:
    """Customers of a transformer, the largest first; empty for a meter."""
    if subject.kind != TRANSFORMER:
        return []
    book = curves()
    place = {meter: row for row, meter in enumerate(book.watched.meters)}
    findings_book = open_book()
    visible = findings_book.visible_to(user) if findings_book else []
    listed = {f.subject_id: f for f in visible if f.subject_kind == METER}
    fed = []
    for customer in customers_where("transformer_id", [subject.subject_id]):
        meter = customer.meter_id
        row = place.get(meter)
        mean = None if row is None else charts.typical_kw(book.daily_kw[row][-charts.COMPARED_DAYS :])
        class_name = str(CLASS_NAMES.get(customer.tariff_class or "other", customer.tariff_class))
        fed.append(FedCustomer(meter, customer.name or meter, class_name, mean, listed.get(meter)))
    return sorted(fed, key=lambda row: -(row.mean_kw or 0))


def _chart_labels(subject: Subject) -> dict[str, str]:
    """Words that charts.js writes into the drawings."""
    is_loss = subject.kind == TRANSFORMER
    return {
        "kw": _("kW"),
        "load": _("Loss") if is_loss else _("Load"),
        "mean": _("Daily mean"),
        "band": _("Least to most of the day"),
        "onset": _("onset"),
        "before": _("Before"),
        "after": _("After"),
        "typicalDay": _("Typical day"),
        "supplied": _("Supplied by the transformer"),
        "metered": _("Sum of its meters"),
        "loss": _("Loss"),
        "lossRate": _("Loss rate"),
        "own": _("This customer"),
        "hour": _("Hour"),
        "failed": _("The chart could not be loaded. The table below it has the same numbers."),
    }
