"""Puts the records together: an observation gets the premises that held its address, or says that it is ambiguous."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gridcanary.network.resolve.assignments import ALL_PORTS, Assignment, AssignmentBook
from gridcanary.network.resolve.lines import holder_name

RESOLVED, AMBIGUOUS, UNPLACED, UNKNOWN = "resolved", "ambiguous", "unplaced", "unknown"
STATES = (RESOLVED, AMBIGUOUS, UNPLACED, UNKNOWN)
"""resolved: one premises with at least ENOUGH confidence. ambiguous: several, or one with less. unplaced: an account
held it, but no table tells where that is. unknown: no record covers the moment."""

ENOUGH = 0.95
"""Confidence from which one premises counts as found. A policy, not a measurement: whoever knocks at a door should
knock at a wrong one less than once in twenty."""

DEEPEST = 3
"""Translators in a row that are followed (a carrier's NAT behind which an enterprise's records are at hand)."""


BLIND_MOST = 0.5
"""Most that records of single ports or of a block give a premises where the port wasn't seen: others share the address,
also where the records at hand name nobody else."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a sensor saw.

    Args:
        address: public address, canonical.
        port: source port; None where it wasn't kept, which makes translated addresses ambiguous.
        time_ns: UTC [ns since 1970].
        clock_error_s: the sensor's clock may be wrong by so much, either way [s].
    """

    address: str
    port: int | None
    time_ns: int
    clock_error_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One premises, or a holder without a place.

    Args:
        premises_id: None where the holder has no known place.
        confidence: share of the window of time that the premises held the address, 0 to 1, divided among claims that
            overlap.
        basis: kinds of record that lead there, in order, such as ``nat>radius>drop``.
        records: file and row of each record used.
    """

    premises_id: str | None
    confidence: float
    basis: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer.

    Args:
        state: one of STATES.
        candidates: the most likely first.
        covered: share of the window that any record covers, 0 to 1.
    """

    state: str
    candidates: tuple[Candidate, ...]
    covered: float

    @property
    def premises_id(self) -> str | None:
        """The premises where it is resolved; None otherwise, also when one of several is more likely."""
        return self.candidates[0].premises_id if self.state == RESOLVED else None

    @property
    def confidence(self) -> float:
        """Confidence in the most likely candidate; 0 where there is none."""
        return self.candidates[0].confidence if self.candidates else 0.0


@dataclass(slots=True)
class _Claim:
    premises_id: str | None
    weight: float
    basis: str
    records: tuple[str, ...]
    blind: bool = False
    """Whether it rests on some ports of an address, and the port is unknown."""


@dataclass(slots=True)
class Resolver:
    """Holds the records of a carrier.

    Args:
        assignments: of all kinds of record.
        accounts: account or hardware address -> premises_id.
        drops: end of a line -> premises_id; counts before the account, since a customer's address may be old.
        records_error_s: how far the clocks of the records may be off [s], added to the sensor's.
    """

    assignments: Iterable[Assignment]
    accounts: Mapping[str, str] = field(default_factory=dict)
    drops: Mapping[str, str] = field(default_factory=dict)
    records_error_s: float = 0.0
    _book: AssignmentBook = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._book = AssignmentBook(self.assignments)

    def resolve(self, seen: Observation) -> Resolution:
        """The premises behind an observation.

        Raises:
            ValueError: a clock error below zero.
        """
        error = seen.clock_error_s + self.records_error_s
        if error < 0:
            raise ValueError(f"a clock error of {error} s")
        margin = round(error * 1e9)
        claims = self._claims(seen.address, seen.port, seen.time_ns - margin, seen.time_ns + margin, DEEPEST)
        return _resolution(claims)

    def _claims(self, address: str, port: int | None, begin: int, end: int, depth: int) -> list[_Claim]:
        """Claims on an address; each holding's weight is shared among what stands behind it."""
        found: list[_Claim] = []
        for holding, certainty in self._book.holding(address, port, begin, end):
            inside, claims = holding.holder.inside, list[_Claim]()
            if inside is None:
                claims = self._placed(holding, certainty)
            elif depth:
                behind = self._claims(
                    inside, None, max(begin, holding.start_ns), min(end, holding.end_ns), depth - 1
                )
                claims = _behind(holding, certainty, behind)
            for claim in claims:
                claim.blind |= port is None and holding.ports != ALL_PORTS
            found += claims
        return found

    def _placed(self, holding: Assignment, certainty: float) -> list[_Claim]:
        who = holding.holder
        record = (holding.record,)
        if who.premises_id is not None:
            return [_Claim(who.premises_id, certainty, holding.basis, record)]
        by_drop = self.drops.get(who.drop) if who.drop is not None else None
        by_account = self.accounts.get(holder_name(who.account)) if who.account is not None else None
        if by_drop is not None and by_account is not None and by_drop != by_account:
            claims = ((by_drop, "drop"), (by_account, "account"))
            return [_Claim(where, certainty / 2, f"{holding.basis}>{how}", record) for where, how in claims]
        if by_drop is not None:
            return [_Claim(by_drop, certainty, f"{holding.basis}>drop", record)]
        how = f"{holding.basis}>account" if by_account is not None else holding.basis
        return [_Claim(by_account, certainty, how, record)]


def _behind(holding: Assignment, certainty: float, behind: list[_Claim]) -> list[_Claim]:
    if not behind:
        return [_Claim(None, certainty, holding.basis, (holding.record,))]
    total = max(1.0, sum(claim.weight for claim in behind))
    return [
        _Claim(
            claim.premises_id,
            certainty * claim.weight / total,
            f"{holding.basis}>{claim.basis}",
            (holding.record, *claim.records),
            claim.blind,
        )
        for claim in behind
    ]


def _resolution(claims: list[_Claim]) -> Resolution:
    if not claims:
        return Resolution(UNKNOWN, (), 0.0)
    total = sum(claim.weight for claim in claims)
    grouped: defaultdict[str | None, list[_Claim]] = defaultdict(list)
    for claim in claims:
        grouped[claim.premises_id].append(claim)
    candidates = [_candidate(where, group, max(1.0, total)) for where, group in grouped.items()]
    candidates.sort(key=lambda one: (-one.confidence, one.premises_id or ""))
    best = candidates[0]
    if best.premises_id is None and len(candidates) == 1:
        state = UNPLACED
    else:
        state = RESOLVED if best.premises_id is not None and best.confidence >= ENOUGH else AMBIGUOUS
    return Resolution(state, tuple(candidates), min(1.0, total))


def _candidate(where: str | None, group: list[_Claim], total: float) -> Candidate:
    records = tuple(dict.fromkeys(record for claim in group for record in claim.records))
    basis = " | ".join(dict.fromkeys(claim.basis for claim in group))
    blind = min(BLIND_MOST, sum(claim.weight for claim in group if claim.blind) / total)
    clear = sum(claim.weight for claim in group if not claim.blind) / total
    return Candidate(where, min(1.0, blind + clear), basis, records)
