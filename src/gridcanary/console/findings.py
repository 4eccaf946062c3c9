"""The findings of the last scan, joined with the archive."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from gridcanary.accounts.models import User
from gridcanary.casework.actions import DecidedSubject
from gridcanary.console.archive import Customer, customer_of, customers_where
from gridcanary.console.home import Stamp, file_stamp, workspace
from gridcanary.leads.ranking import Prospect

METER, TRANSFORMER = "meter", "transformer"


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """One row of contracts.findings.FINDINGS with the archive row that belongs to it.

    For a transformer ``customer`` is None and ``admin_code`` comes from the customers that it feeds.
    """

    subject_kind: str
    subject_id: str
    score: float
    rank: int
    listed: bool
    mode: str
    onset: dt.date | None
    kw_low: float | None
    kw_mid: float | None
    kw_high: float | None
    machines_low: int | None
    machines_high: int | None
    reasons: Mapping[str, tuple[str, ...]]
    innocent: Mapping[str, tuple[str, ...]]
    group_id: str | None
    quality: tuple[str, ...]
    as_of: dt.date
    customer: Customer | None = None
    admin_code: str | None = None
    prospect: Prospect = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prospect", Prospect(self.score, self.kw_mid))

    @property
    def key(self) -> tuple[str, str]:
        """(subject_kind, subject_id)."""
        return self.subject_kind, self.subject_id

    @property
    def title(self) -> str:
        """What people call it: the customer's name, else the number."""
        return (self.customer.name if self.customer else None) or self.subject_id

    @property
    def tariff_class(self) -> str:
        """The archive's class; ``other`` where it is not known, ``transformer`` for a transformer."""
        if self.subject_kind == TRANSFORMER:
            return TRANSFORMER
        return (self.customer.tariff_class if self.customer else None) or "other"

    def decided_subject(self) -> DecidedSubject:
        """What a decision about it records."""
        return DecidedSubject(*self.key, self.admin_code, self.score, self.mode, self.as_of)


@dataclass(frozen=True, slots=True)
class FindingsBook:
    """The listed findings in order of rank.

    Args:
        listed: premises and transformers worth inspecting, rank 1 first.
        scanned: rows in the findings table, listed or not.
        as_of: last day of readings the scan saw; None for an empty table.
    """

    listed: tuple[ListedFinding, ...]
    scanned: int
    as_of: dt.date | None

    def visible_to(self, user: User) -> list[ListedFinding]:
        """Listed findings in the person's area."""
        return [finding for finding in self.listed if user.sees_area(finding.admin_code)]

    def group(self, group_id: str | None) -> list[ListedFinding]:
        """Listed findings whose meters start and stop together."""
        return [finding for finding in self.listed if group_id and finding.group_id == group_id]


def _sentences(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _finding(row: Mapping[str, Any], customer: Customer | None, admin_code: str | None) -> ListedFinding:
    same = ("subject_kind", "score", "rank", "listed", "mode", "onset", "kw_low", "kw_mid", "kw_high")
    return ListedFinding(
        **{name: row[name] for name in same},
        subject_id=row["meter_id"],
        machines_low=row["machines_low"],
        machines_high=row["machines_high"],
        reasons={"zh": _sentences(row["reasons_zh"]), "en": _sentences(row["reasons_en"])},
        innocent={"zh": _sentences(row["innocent_zh"]), "en": _sentences(row["innocent_en"])},
        group_id=row["group_id"],
        quality=tuple(code.strip() for code in row["quality"].split(",") if code.strip()),
        as_of=row["as_of"],
        customer=customer,
        admin_code=admin_code,
    )


def _join(rows: Sequence[Mapping[str, Any]]) -> list[ListedFinding]:
    ids: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        ids[row["subject_kind"]].append(row["meter_id"])
    by_meter = {customer.meter_id: customer for customer in customers_where("meter_id", ids[METER])}
    area_of_transformer: dict[str | None, str | None] = {
        customer.transformer_id: customer.admin_code
        for customer in customers_where("transformer_id", ids[TRANSFORMER])
    }
    found = []
    for row in rows:
        if row["subject_kind"] == TRANSFORMER:
            found.append(_finding(row, None, area_of_transformer.get(row["meter_id"])))
        else:
            customer = by_meter.get(row["meter_id"])
            found.append(_finding(row, customer, customer.admin_code if customer else None))
    return found


@lru_cache(maxsize=2)
def _book(stamp: Stamp) -> FindingsBook:
    file = Path(stamp[0][0])
    rows = pq.read_table(file, filters=[("listed", "=", True)]).to_pylist()
    listed = sorted(_join(rows), key=lambda finding: finding.rank)
    newest = max((finding.as_of for finding in listed), default=None)
    return FindingsBook(tuple(listed), pq.read_metadata(file).num_rows, newest)


@lru_cache(maxsize=256)
def _row_of(stamp: Stamp, kind: str, subject_id: str) -> ListedFinding | None:
    filters = [("meter_id", "=", subject_id), ("subject_kind", "=", kind)]
    rows = pq.read_table(Path(stamp[0][0]), filters=filters).to_pylist()
    return _join(rows)[0] if rows else None


def _stamp() -> Stamp:
    return file_stamp(workspace().findings, workspace().customers)


def open_book() -> FindingsBook | None:
    """The findings of the last scan; None where no scan has been written yet."""
    stamp = _stamp()
    return _book(stamp) if stamp[0][1] >= 0 else None


def find(kind: str, subject_id: str) -> ListedFinding | None:
    """The finding about one subject, listed or not; None where the scan did not see it."""
    stamp = _stamp()
    return _row_of(stamp, kind, subject_id) if stamp[0][1] >= 0 else None


def admin_code_of(kind: str, subject_id: str) -> str | None:
    """GB/T 2260 code of a meter's premises, or of the customers that a transformer feeds."""
    if kind == METER:
        customer = customer_of(subject_id)
        return customer.admin_code if customer else None
    fed = customers_where("transformer_id", [subject_id])
    return fed[0].admin_code if fed else None


def distinct(values: Iterable[str | None]) -> list[str]:
    """The different values that are set, sorted."""
    return sorted({value for value in values if value})
