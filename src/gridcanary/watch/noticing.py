"""Looks for returns: new findings at watched premises, and what a new case shares with an old one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.casework import law
from gridcanary.casework.models import Case, CaseSite
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.findings import FINDINGS
from gridcanary.enforcement.models import Part, Party
from gridcanary.fieldwork.models import Device
from gridcanary.fieldwork.recognition import elsewhere
from gridcanary.watch.actions.returns import notice
from gridcanary.watch.models import Return, ReturnKind

COLUMNS = (
    "meter_id", "subject_kind", "score", "listed", "mode", "onset", "kw_low", "kw_mid", "kw_high", "reasons_zh",
    "reasons_en",
)  # fmt: skip
MINERS = (Part.OPERATOR, Part.OWNER)
"""Parts in which somebody who is seen again means a return; a landlord or a witness does not."""

ONE_LOOKUP = 500
"""Meters asked for at once, below SQLite's limit of variables."""


Watched = Iterable[tuple[Case, dt.date]]


def watched_cases() -> Iterator[tuple[Case, dt.date]]:
    """Cases whose premises are watched, each with the day from which a mine there would be a new one."""
    for case in Case.objects.select_related("pack_version").defer("pack_version__frozen").exclude(outcome=""):
        pack = law.pack_of(case)
        outcome = pack.outcomes.get(case.outcome)
        if outcome is None or not outcome.watched:
            continue
        if pack.stage(case.stage).watch:
            yield case, timezone.localdate(case.stage_since)
        elif case.closed_at is not None:
            yield case, timezone.localdate(case.closed_at)


def notice_all(findings: Path) -> list[Return]:
    """All that a run looks for; the watched cases are walked once.

    Args:
        findings: as for :func:`notice_findings`.

    Returns:
        The signs that were not noticed before.

    Raises:
        InputError: the file isn't a table of findings.
    """
    watched = list(watched_cases())
    return [*notice_findings(findings, watched), *notice_parties(watched), *notice_devices(watched)]


def notice_findings(findings: Path, watched: Watched | None = None) -> list[Return]:
    """Compare the last scan with the watched premises. Safe to run after every scan.

    A finding counts when its load began after the case was closed; one without an onset doesn't, because it may
    be the load that the case was about.

    Args:
        findings: Parquet table of FINDINGS, as ``gridcanary power scan`` writes it.
        watched: as :func:`watched_cases` gives them; None asks it.

    Returns:
        The signs that were not noticed before.

    Raises:
        InputError: the file isn't such a table.
    """
    listed = _listed(findings)
    since = {case.pk: (case, day) for case, day in _asked(watched)}
    made: list[Return] = []
    for site in _sites_of(listed, set(since)):
        case, day = since[site.case_id]
        for row in (listed.get(("meter", site.meter_id)), listed.get(("transformer", site.transformer_id))):
            if row is not None and row["onset"] is not None and row["onset"] > day:
                made += filter(None, [_notice_finding(case, row)])
    return made


def notice_parties(watched: Watched | None = None) -> list[Return]:
    """Compare the people and companies of later cases with those of watched ones. Safe to run at any time.

    Only identity and credit numbers count, because many people share a name. The sign tells the earlier case's
    departments that there is a later case, and nothing of what is in it.

    Args:
        watched: as :func:`watched_cases` gives them; None asks it.

    Returns:
        The signs that were not noticed before.
    """
    made: list[Return] = []
    for case, day in _asked(watched):
        known = Party.objects.filter(case=case, roles__role__in=MINERS).exclude(id_index="")
        indexes = set(known.values_list("id_index", flat=True))
        later = Party.objects.filter(id_index__in=indexes, roles__role__in=MINERS, added_at__date__gt=day)
        for key in later.exclude(case=case).values_list("case_id", flat=True).distinct():
            text = _("The same person or company appears in another case")
            made += filter(None, [notice(case, ReturnKind.PARTY, f"party:{key}", text=text)])
    return made


def notice_devices(watched: Watched | None = None) -> list[Return]:
    """Compare the machines of later cases with those of watched ones, by serial number or network address.

    Args:
        watched: as :func:`watched_cases` gives them; None asks it.

    Returns:
        The signs that were not noticed before; like those of notice_parties they tell nothing of the later case.
    """
    made: list[Return] = []
    for case, day in _asked(watched):
        for device in Device.objects.filter(case=case).exclude(serial_key="", mac_key=""):
            for key in (
                elsewhere(device).filter(listed_at__date__gt=day).values_list("case_id", flat=True).distinct()
            ):
                text = _("The same machine appears in another case")
                facts = {"device": device.pk}
                sign = f"device:{device.pk}:{key}"
                made += filter(None, [notice(case, ReturnKind.DEVICE, sign, text=text, facts=facts)])
    return made


def _asked(watched: Watched | None) -> Watched:
    return watched_cases() if watched is None else watched


def _listed(findings: Path) -> dict[tuple[str, str], dict[str, Any]]:
    try:
        table = pq.read_table(findings, columns=list(COLUMNS), filters=[("listed", "==", True)])
    except (OSError, ValueError, KeyError) as error:
        problem = f"is not a Parquet table of findings ({error})"
        raise InputError(findings, problem, remedy="give what gridcanary power scan wrote") from error
    table = table.cast(FINDINGS.empty_table().select(COLUMNS).schema)
    return {(row["subject_kind"], row["meter_id"]): row for row in table.to_pylist()}


def _sites_of(listed: Iterable[tuple[str, str]], cases: set[int]) -> Iterator[CaseSite]:
    meters = sorted(subject for kind, subject in listed if kind == "meter")
    transformers = sorted(subject for kind, subject in listed if kind == "transformer")
    for name, values in (("meter_id", meters), ("transformer_id", transformers)):
        for start in range(0, len(values), ONE_LOOKUP):
            wanted = Q(**{f"{name}__in": values[start : start + ONE_LOOKUP]})
            yield from (site for site in CaseSite.objects.filter(wanted) if site.case_id in cases)


def _notice_finding(case: Case, row: dict[str, Any]) -> Return | None:
    facts = {name: row[name] for name in ("subject_kind", "score", "mode", "kw_low", "kw_mid", "kw_high")}
    facts["subject_id"] = row["meter_id"]
    facts["reasons"] = {lang: row[f"reasons_{lang}"].splitlines() for lang in ("zh", "en")}
    text = _("A new load of about %(kw).0f kW began on %(day)s") % {
        "kw": row["kw_mid"] or 0,
        "day": row["onset"],
    }
    sign = f"{row['subject_kind']}:{row['meter_id']}:{row['onset'].isoformat()}"
    return notice(case, ReturnKind.PREMISES, sign, text=text, facts=facts)
