"""What the list shows, read from the address and written back into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from gridcanary.casework.queries import OPEN, STATES, SubjectKey
from gridcanary.console.findings import ListedFinding
from gridcanary.contracts.findings import MODES

DEFAULT_BUDGET = 20
PAGE_SIZE = 25
ANY_STATE = "all"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Filters of the list; the defaults are left out of the address.

    Args:
        county: GB/T 2260 code.
        tariff_class: one of TARIFF_CLASSES, or ``transformer``.
        mode: A, B, C or D.
        state: one of casework's STATES, or ``all``.
        text: part of a name, address or number.
        budget: premises that can be inspected.
        page: 1-based.
    """

    county: str = ""
    tariff_class: str = ""
    mode: str = ""
    state: str = ANY_STATE
    text: str = ""
    budget: int = DEFAULT_BUDGET
    page: int = 1

    @classmethod
    def from_address(cls, params: QueryDict) -> ListQuery:
        """Read the address; whatever is not understood counts as not given."""
        mode, state = params.get("mode", ""), params.get("state", ANY_STATE)
        return cls(
            county=params.get("county", "").strip(),
            tariff_class=params.get("class", "").strip(),
            mode=mode if mode in MODES else "",
            state=state if state in STATES else ANY_STATE,
            text=params.get("q", "").strip()[:100],
            budget=_whole(params.get("budget"), DEFAULT_BUDGET, least=0),
            page=_whole(params.get("page"), 1, least=1),
        )

    @property
    def address(self) -> str:
        """The query string that leads back here, ``?`` included; empty where nothing is set."""
        defaults = ListQuery()
        names = {"tariff_class": "class", "text": "q"}
        given: dict[str, Any] = {}
        for name in ("county", "tariff_class", "mode", "state", "text", "budget", "page"):
            value = getattr(self, name)
            if value != getattr(defaults, name):
                given[names.get(name, name)] = value
        return "?" + urlencode(given) if given else ""

    def on_page(self, page: int) -> ListQuery:
        """The same on another page."""
        return replace(self, page=page)

    def keeps(self, finding: ListedFinding, state: str) -> bool:
        """Whether a finding passes the filters."""
        return (
            (not self.county or finding.admin_code == self.county)
            and (not self.tariff_class or finding.tariff_class == self.tariff_class)
            and (not self.mode or finding.mode == self.mode)
            and self.state in (ANY_STATE, state)
            and self._has_text(finding)
        )

    def _has_text(self, finding: ListedFinding) -> bool:
        if not self.text:
            return True
        fields: Iterable[str | None] = (finding.subject_id, finding.group_id)
        if finding.customer:
            customer = finding.customer
            fields = (*fields, customer.name, customer.address, customer.premises_id, customer.transformer_id)
        return any(self.text.casefold() in field.casefold() for field in fields if field)


def kept_findings(
    query: ListQuery, findings: Iterable[ListedFinding], states: Mapping[SubjectKey, str]
) -> list[ListedFinding]:
    """Findings that pass the filters, in the order given."""
    return [finding for finding in findings if query.keeps(finding, states.get(finding.key, OPEN))]


def _whole(text: str | None, default: int, *, least: int) -> int:
    try:
        return max(int(text or default), least)
    except ValueError:
        return default
