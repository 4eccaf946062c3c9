"""Whose line an endpoint was: the carrier's answers, recorded in a case one by one or from a file of its resolver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.casework.actions.cases import SiteFacts, add_site
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.contracts.network import RESOLUTIONS
from gridcanary.endpoints.models import Endpoint, LineState, PremisesLink, TakenUp

MOST_ANSWERS = 10_000
BASIS_LENGTH = 200


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The carrier's answer. ``confidence`` 0 to 1; ``candidates`` lines fit; only a resolved one names premises."""

    seen_at: datetime
    state: str = LineState.RESOLVED
    basis: str = ""
    confidence: float = 0.0
    candidates: int = 1
    premises_id: str = ""
    meter_id: str = ""
    admin_code: str = ""
    holder: str = ""
    line_account: str = ""
    address: str = ""

    @property
    def names_somebody(self) -> bool:
        """Whether premises or a person are named."""
        return any((self.premises_id, self.meter_id, self.holder, self.line_account, self.address))


@transaction.atomic
def record_line(user: User, endpoint: Endpoint, case: Case, facts: LineFacts) -> PremisesLink:
    """Record one answer in a case.

    Raises:
        CaseRefused: the person doesn't act in the case, the case hasn't taken the endpoint up, or an answer that
            isn't resolved names somebody.
    """
    post = require_acting(user, case)
    if not TakenUp.objects.filter(case=case, endpoint=endpoint).exists():
        raise CaseRefused(_("Take the endpoint up in the case first."))
    if not 0 <= facts.confidence <= 1:
        raise CaseRefused(_("The confidence is a share from 0 to 1."))
    resolved = facts.state == LineState.RESOLVED
    if not resolved and facts.names_somebody:
        raise CaseRefused(_("An answer that isn't resolved must not name anybody."))
    if resolved and not facts.names_somebody:
        raise CaseRefused(_("Say which premises, meter, holder, account or address it is."))
    link = PremisesLink.objects.create(case=case, endpoint=endpoint, linked_by=user, **asdict(facts))
    note(case, "endpoint.linked", user=user, unit=post.unit, endpoint=endpoint.pk, link=link.pk, state=facts.state,
         confidence=str(round(facts.confidence, 6)), candidates=facts.candidates)  # fmt: skip
    _add_place(user, case, facts)
    return link


@transaction.atomic
def record_answers(user: User, case: Case, path: Path) -> int:
    """Record what ``network resolve`` wrote about the case's endpoints; answers there already are passed over.

    Args:
        user: acts in the case.
        case: the case; rows about endpoints that it hasn't taken up are passed over.
        path: Parquet in the columns of contracts.network.RESOLUTIONS.

    Returns:
        How many answers are new.

    Raises:
        CaseRefused: the person doesn't act in the case, or it is no such file.
    """
    require_acting(user, case)
    taken = {one.pseudonym: one for one in Endpoint.objects.filter(taken_up__case=case)}
    new = 0
    for row in _answers(path):
        endpoint = taken.get(row["endpoint"])
        if (
            endpoint is None
            or PremisesLink.objects.filter(case=case, endpoint=endpoint, seen_at=row["time"]).exists()
        ):
            continue
        record_line(user, endpoint, case, _facts(row))
        new += 1
    return new


def _answers(path: Path) -> Iterator[dict[str, Any]]:
    try:
        table = pq.read_table(path)
        table = table.select(RESOLUTIONS.names).cast(RESOLUTIONS)
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise CaseRefused(_("This is no file of answers that gridcanary network resolve wrote.")) from error
    if table.num_rows > MOST_ANSWERS:
        raise CaseRefused(_("The file has more than %(most)s answers.") % {"most": MOST_ANSWERS})
    yield from table.to_pylist()


def _facts(row: dict[str, Any]) -> LineFacts:
    """A row as facts; what is no state or no JSON is refused with the row's moment."""
    try:
        told = json.loads(row["candidates"])
        basis = str(told[0]["basis"]) if told else ""
        state = LineState(row["state"])
    except (ValueError, KeyError, TypeError) as error:
        moment = f"{row['time']:%Y-%m-%d %H:%M:%S}"
        raise CaseRefused(_("The answer of %(moment)s UTC makes no sense.") % {"moment": moment}) from error
    return LineFacts(
        seen_at=row["time"],
        state=state,
        basis=basis[:BASIS_LENGTH],
        confidence=row["confidence"],
        candidates=len(told),
        premises_id=(row["premises_id"] or "") if state == LineState.RESOLVED else "",
    )


def _add_place(user: User, case: Case, facts: LineFacts) -> None:
    """Make the premises a place of the case, where they have a number and aren't one yet."""
    premises, meter = facts.premises_id, facts.meter_id
    same = Q(pk__in=[])
    if premises:
        same |= Q(premises_id=premises)
    if meter:
        same |= Q(meter_id=meter)
    if (premises or meter) and not case.sites.filter(same).exists():
        add_site(user, case, SiteFacts(premises_id=premises, meter_id=meter, admin_code=facts.admin_code))
