"""A tip finds its place and its lead, and the lead its weight. Nothing else happens by itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count

from gridcanary.accounts.encryption import PersonalText, key_ring
from gridcanary.contracts.reasons import dump_reasons
from gridcanary.places import Point, State, match_address
from gridcanary.places.divisions import divisions
from gridcanary.places.premises import PremisesMatch
from gridcanary.tips.actions.attachments import start_of_day
from gridcanary.tips.independence import Voice, groups, looks_like_a_campaign
from gridcanary.tips.models import ENDS, Reporter, Tip, TipLead, TipState
from gridcanary.tips.models.tip import TipQuerySet
from gridcanary.tips.nearness import (
    Spot,
    can_be_the_same,
    is_exact,
    perhaps_same_spot,
    same_spot,
    spot_of,
)
from gridcanary.tips.premises import premises_of
from gridcanary.tips.weighing import Told, Weight, llr_of, measured, weigh

CAMPAIGN = "campaign"
BY_HAND = "by_hand"
"""place_state of a tip whose place staff entered."""
_MOST_WEIGHED = 40
"""Tips of one lead that are compared with each other; the weight of reporters beyond them is next to nothing."""
_MOST_COMPARED = 500
"""Open tips of one county that a new one is compared with, the newest first."""


@transaction.atomic
def settle(tip: Tip) -> Tip:
    """Place a tip, join it to a lead if one surely is of the same place, and weigh that lead anew."""
    tip = Tip.objects.select_for_update().select_related("unit").get(pk=tip.pk)
    place(tip)
    if tip.lead_id is None:
        tip.lead = _lead_of_the_same_spot(tip)
    if tip.lead is None:
        tip.lead = _new_lead(tip)
    if tip.premises_id and not tip.lead.premises_id:
        tip.lead.premises_id = tip.premises_id
        tip.lead.save(update_fields=["premises_id"])
    tip.save(update_fields=["admin_code", "premises_id", "place_state", "place_candidates", "lead"])
    weigh_lead(tip.lead)
    return tip


def place(tip: Tip) -> None:
    """Fill in the area and the premises that the told place speaks of; of several that fit none is taken.

    What staff entered stays.
    """
    if tip.place_state == BY_HAND:
        return
    match = match_address(clear(tip.place), default=tip.unit.admin_code)
    tip.place_state, tip.place_candidates = match.state.value, list(match.candidates)
    if match.state in (State.EXACT, State.INFERRED):
        tip.admin_code = match.code
    elif tip.unit.admin_code not in divisions():
        tip.admin_code = (
            tip.unit.admin_code
        )  # an area that the tables don't know, so that they can't tell another
    if not tip.premises_id:
        tip.premises_id = archive_match(tip).premises_id


def archive_match(tip: Tip) -> PremisesMatch:
    """Premises of the archive that a tip's place speaks of, in its county."""
    return premises_of(clear(tip.place), point(tip), tip.admin_code)


def _lead_of_the_same_spot(tip: Tip) -> TipLead | None:
    own = spot(tip)
    if not can_be_the_same(own):
        return None
    return next((one.lead for one in others_near(tip) if one.lead and same_spot(spot(one), own)), None)


def others_near(tip: Tip) -> list[Tip]:
    """Open tips of the same unit and area, the newest first."""
    others = (
        Tip.objects.filter(unit=tip.unit, admin_code=tip.admin_code)
        .exclude(pk=tip.pk)
        .exclude(state__in=ENDS)
    )
    return list(others.select_related("lead").prefetch_related("attachments")[:_MOST_COMPARED])


def perhaps_same(tip: Tip) -> list[Tip]:
    """Open tips of other leads that staff should look at beside this one."""
    own = spot(tip)
    return [
        one for one in others_near(tip) if one.lead_id != tip.lead_id and perhaps_same_spot(spot(one), own)
    ]


def weigh_lead(lead: TipLead) -> Weight:
    """Weigh the tips of a lead; the result is stored with it.

    Of very many the weightiest count, so that nobody can stop the line by telling of one place a thousand times.
    """
    told_best = _weightiest(lead)
    tips = list(told_best.prefetch_related("attachments").select_related("reporter").order_by("id"))
    voices = [voice(one) for one in tips]
    told = [_told(one, group) for one, group in zip(tips, groups(voices), strict=True)]
    weight = weigh(told, ratios())
    lead.llr, lead.weighed_at = weight.llr, start_of_day()
    lead.reasons = {
        "reasons": dump_reasons(weight.reasons),
        "innocent": dump_reasons(weight.innocent),
        "independent": weight.independent,
    }
    lead.flags = [CAMPAIGN] if looks_like_a_campaign(voices) else []
    lead.save(update_fields=["llr", "weighed_at", "reasons", "flags"])
    return weight


def _weightiest(lead: TipLead) -> TipQuerySet:
    """At most ``_MOST_WEIGHED`` of a lead's tips: those that say most by themselves, of equal ones the earliest."""
    if lead.tips.count() <= _MOST_WEIGHED:
        return lead.tips.all()
    known = ratios()
    rows = lead.tips.annotate(files=Count("attachments")).values_list("pk", "cues", "files", "is_named")
    worth = {
        pk: llr_of(Told(tuple(cues), 0, has_files=files > 0, named=named), known)
        for pk, cues, files, named in rows
    }
    best = sorted(worth, key=lambda pk: (-worth[pk], pk))[:_MOST_WEIGHED]
    return lead.tips.filter(pk__in=best)


def ratios() -> dict[str, float]:
    """Likelihood ratios by cue: measured on tips that ended, or the priors."""
    ended = Tip.objects.filter(state__in=(TipState.ACTED, TipState.NOTHING)).values_list("cues", "state")
    return measured([(cues, state == TipState.ACTED) for cues, state in ended.iterator()])


def spot(tip: Tip) -> Spot:
    """A tip's place, as it is compared."""
    return spot_of(clear(tip.place), tip.admin_code, point(tip), tip.premises_id, _pictures(tip))


def point(tip: Tip) -> Point | None:
    """The point that the reporter gave, else one that a photograph holds."""
    found = [(tip.lat, tip.lon), *((one.lat, one.lon) for one in tip.attachments.all())]
    return next((Point(lat, lon) for lat, lon in found if lat is not None and lon is not None), None)


def voice(tip: Tip) -> Voice:
    """A tip as independence compares it; contacts as digests."""
    reporter = Reporter.objects.filter(tip=tip).first() if tip.is_named else None
    held = [clear(value) for value in (reporter.phone, reporter.contact, reporter.name)] if reporter else []
    digests = frozenset(key_ring().digest(value, "tips.voice") for value in held if value)
    return Voice(tip.received_on, clear(tip.told), digests, _pictures(tip), tuple(sorted(tip.cues)))


def clear(held: object) -> str:
    """The clear text, for the system's own comparing; no person reads it here."""
    return held.in_clear() if isinstance(held, PersonalText) else str(held or "")


def _told(tip: Tip, group: int) -> Told:
    files: Sequence[object] = list(tip.attachments.all())
    dated = tip.seen_first is not None or tip.seen_last is not None
    return Told(
        tuple(tip.cues), group, bool(files), is_exact(clear(tip.place), point(tip)), dated, tip.is_named
    )


def _pictures(tip: Tip) -> tuple[str, ...]:
    return tuple(one.picture_hash for one in tip.attachments.all() if one.picture_hash)


def _new_lead(tip: Tip) -> TipLead:
    own = point(tip)
    return TipLead.objects.create(
        unit=tip.unit,
        title=tip.reference,
        admin_code=tip.admin_code,
        premises_id=tip.premises_id,
        lat=own.lat if own else None,
        lon=own.lon if own else None,
        opened_at=start_of_day(),
    )
