"""The tabs of a case's page. Other rooms add theirs when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from gridcanary.casework.models.case import Case


@dataclass(frozen=True, slots=True)
class Panel:
    """One tab.

    Args:
        key: short name, unique; templates compare with it to mark the open tab.
        title: what the tab says.
        url_name: name of an address that takes the case's ``number``.
        order: place in the row of tabs.
        count: how many things wait there, shown beside the title; None shows nothing.
    """

    key: str
    title: str | Promise
    url_name: str
    order: int
    count: Callable[[Case], int] | None = None


_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Add a tab; registering a key again replaces it."""
    _panels[panel.key] = panel


def tabs(case: Case) -> list[dict[str, object]]:
    """The tabs of a case in order: key, title, url, count."""
    return [
        {
            "key": panel.key,
            "title": panel.title,
            "url": reverse(panel.url_name, kwargs={"number": case.number}),
            "count": panel.count(case) if panel.count else None,
        }
        for panel in sorted(_panels.values(), key=lambda panel: panel.order)
    ]
