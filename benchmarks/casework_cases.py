"""Cases by the hundred thousand, each with its shares, places, leads, stages, clocks, tasks, measures, money and watch."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from benchmarks.casework_rows import settle, without_triggers, write
from benchmarks.casework_units import County, Province
from django.db import models, transaction
from django.utils import timezone

from gridcanary.accounts.models import Membership, Unit, User
from gridcanary.casework import law
from gridcanary.casework.models import (
    Campaign,
    Case,
    CaseClock,
    CaseLead,
    CaseShare,
    CaseSite,
    Handover,
    Reminder,
    StageEntry,
    Task,
)
from gridcanary.enforcement.models import Measure, MoneyEntry, MoneyItem
from gridcanary.watch.models import Return, WatchVisit

YEARS = 6
FULL_WAY = ("lead", "discover", "investigate", "rectify", "account", "watch", "closed")
WAYS = (
    (0.50, "confirmed", FULL_WAY),
    (0.25, "cleared", ("lead", "discover", "closed")),
    (0.15, "insufficient_evidence", ("lead", "discover", "investigate", "closed")),
    (0.10, "not_accepted", ("lead", "closed")),
)
OPEN_SHARE = 0.15
WATCH_DAYS = (30, 90, 180, 365)
CLOCKS = ("tip_check", "preservation", "penalty_decision", "decision_service", "penalty_payment")
TOWNS = tuple(f"{a}{b}" for a in "柳槐松柏杨桃杏梨枣榆桑梅" for b in "林庄店集营寨口桥堡沟")
PLACES = (
    "冷库",
    "养殖场",
    "废弃厂房",
    "机加工车间",
    "仓库",
    "矿山配电房",
    "水泥厂",
    "农机站",
    "数据机房",
    "居民楼",
)
SIGNS = ("昼夜负荷恒定", "台区线损异常", "疑似绕越计量", "设备噪声举报", "矿池流量告警", "负荷阶跃")

MODELS: tuple[type[models.Model], ...] = (
    Unit, User, Membership, Campaign, Case, CaseShare, CaseSite, CaseLead, StageEntry, CaseClock, Reminder, Task,
    Handover, Measure, MoneyItem, MoneyEntry, WatchVisit, Return,
)  # fmt: skip


@dataclass
class FilledCases:
    """What the log and the measurements need of the cases; lists are by the case's place, its key less one.

    Args:
        opened, ended: first and last moment of each case, datetime64 in microseconds, UTC.
        busy: place of the open case whose history is very long.
    """

    usernames: dict[int, str]
    numbers: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    unit_codes: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    actors: list[int] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    opened: np.ndarray = field(default_factory=lambda: np.array([], dtype="datetime64[us]"))
    ended: np.ndarray = field(default_factory=lambda: np.array([], dtype="datetime64[us]"))
    busy: int = 0
    rows: dict[str, int] = field(default_factory=dict)


NAMES: dict[type[models.Model], tuple[str, ...]] = {
    Case: ("id", "number", "title", "summary", "pack_version_id", "stage", "stage_since", "origin", "admin_code",
           "owner_unit_id", "campaign_id", "outcome", "outcome_note", "opened_by_id", "opened_at", "updated_at",
           "closed_at"),
    CaseShare: ("case_id", "unit_id", "level", "purpose", "given_by_id", "given_at", "received_by_id", "received_at",
                "ended_at"),
    CaseSite: ("id", "case_id", "premises_id", "meter_id", "transformer_id", "kind", "address", "admin_code", "lat",
               "lon", "added_at"),
    CaseLead: ("case_id", "site_id", "source", "subject_kind", "subject_id", "text", "score", "mode", "kw_low", "kw_mid",
               "kw_high", "reasons", "taken_by_id", "taken_at"),
    StageEntry: ("case_id", "left", "entered", "unit_id", "moved_by_id", "moved_at"),
    CaseClock: ("id", "case_id", "code", "unit_id", "state", "started_at", "due_at", "stopped_at"),
    Reminder: ("clock_id", "kind", "unit_id", "made_at", "read_by_id", "read_at"),
    Task: ("case_id", "title", "unit_id", "person_id", "due_on", "state", "result", "set_by_id", "set_at", "ended_by_id",
           "ended_at"),
    Handover: ("case_id", "from_unit_id", "to_unit_id", "note", "sent_by_id", "sent_at"),
    Measure: ("id", "case_id", "code", "track", "basis", "unit_id", "subject_kind", "subject_text", "grounds", "state",
              "proposed_by_id", "proposed_at", "started_at", "ended_at"),
    MoneyItem: ("id", "case_id", "kind", "currency", "unit_id", "calculation", "opened_by_id", "opened_at"),
    MoneyEntry: ("item_id", "kind", "amount", "on", "unit_id", "entered_by_id", "entered_at"),
    WatchVisit: ("case_id", "after_days", "due_on", "unit_id", "result", "done_on"),
    Return: ("case_id", "kind", "sign", "text", "facts", "seen_at", "state"),
}  # fmt: skip


class _Maker:
    """Makes the rows of one case after the other; keys are counted here."""

    def __init__(
        self, province: Province, pack_version: int, campaigns: list[int], rng: np.random.Generator
    ) -> None:
        self.province, self.pack_version, self.campaigns, self.rng = province, pack_version, campaigns, rng
        self.now = timezone.now()
        self.rows: dict[type[models.Model], list[tuple[Any, ...]]] = defaultdict(list)
        self.filled = FilledCases(province.usernames)
        self.counted: dict[tuple[str, int], int] = defaultdict(int)
        self.keys: dict[type[models.Model], int] = defaultdict(int)
        self.opened: list[np.datetime64] = []
        self.ended: list[np.datetime64] = []

    def key(self, model: type[models.Model]) -> int:
        """The next key of a table."""
        self.keys[model] += 1
        return self.keys[model]

    def case(self, county: County) -> None:
        """One case, wholly."""
        rng, now = self.rng, self.now
        key = self.key(Case)
        is_open = rng.random() < OPEN_SHARE
        days = rng.random() ** (3 if is_open else 1) * 365 * (1.5 if is_open else YEARS)
        opened = now - dt.timedelta(days=float(days) + 0.01)
        way, outcome = self._way(is_open)
        life = (
            (now - opened) if is_open else min(now - opened, dt.timedelta(days=float(rng.gamma(4, 40)) + 2))
        )
        moves = [opened + life * part for part in np.linspace(0, 0.98, len(way))]
        closed = moves[-1] if way[-1] == "closed" else None
        last = (closed or moves[-1]) + (opened + life - moves[-1]) * float(rng.random())
        unit = county.units["energy" if rng.random() < 0.8 else "utility"]
        people = county.people[unit.pk]
        actor = people[0]
        self.counted[unit.code, opened.year] += 1
        number = f"{unit.code}-{opened.year}-{self.counted[unit.code, opened.year]:04d}"
        town = TOWNS[rng.integers(len(TOWNS))]
        place, sign = PLACES[rng.integers(len(PLACES))], SIGNS[rng.integers(len(SIGNS))]
        title = f"{town}镇{place}{sign}"
        campaign = self.campaigns[rng.integers(len(self.campaigns))] if rng.random() < 0.3 else None
        self.rows[Case].append(
            (key, number, title, "", self.pack_version, way[-1], moves[-1], "new" if rng.random() < 0.6 else "stock",
             county.admin_code, unit.pk, campaign, outcome, "见核查结论" if outcome else "", actor, opened, last, closed)
        )  # fmt: skip
        self._shares(key, county, unit, people, opened, closed)
        address = self._sites(key, county, town, place, actor, opened)
        self._stages(key, unit, actor, way, moves)
        self._clocks(key, unit, actor, opened, closed)
        self._tasks(key, county, unit, people, opened, closed)
        self._enforcement(key, county, actor, opened, closed, outcome)
        self._watch(key, unit, way, moves, outcome)
        told = self.filled
        told.numbers.append(number)
        told.titles.append(title)
        told.unit_codes.append(unit.code)
        told.areas.append(county.admin_code)
        told.actors.append(actor)
        told.addresses.append(address)
        self.opened.append(np.datetime64(opened.astimezone(dt.UTC).replace(tzinfo=None), "us"))
        self.ended.append(np.datetime64(last.astimezone(dt.UTC).replace(tzinfo=None), "us"))

    def _way(self, is_open: bool) -> tuple[tuple[str, ...], str]:
        if is_open:
            reached = int(self.rng.integers(1, len(FULL_WAY)))
            return FULL_WAY[:reached], "confirmed" if reached >= 5 else ""
        place = self.rng.choice(len(WAYS), p=[way[0] for way in WAYS])
        return WAYS[place][2], WAYS[place][1]

    def _shares(
        self,
        key: int,
        county: County,
        unit: Unit,
        people: list[int],
        opened: dt.datetime,
        closed: dt.datetime | None,
    ) -> None:
        add = self.rows[CaseShare].append
        add((key, unit.pk, "own", "", people[0], opened, people[0], opened, None))
        others = [one for one in county.units.values() if one.pk != unit.pk]
        for place in self.rng.permutation(len(others))[: self.rng.integers(0, 4)]:
            other = others[place]
            waits = closed is None and self.rng.random() < 0.05
            receiver = None if waits else county.people[other.pk][0]
            given = opened + dt.timedelta(hours=5)
            received = None if waits else given + dt.timedelta(days=1)
            add(
                (
                    key,
                    other.pk,
                    "work" if place % 3 else "read",
                    "联合检查",
                    people[0],
                    given,
                    receiver,
                    received,
                    None,
                )
            )
        if closed is None and self.rng.random() < 0.005:
            to = others[self.rng.integers(len(others))]
            self.rows[Handover].append(
                (key, unit.pk, to.pk, "移交牵头", people[0], opened + dt.timedelta(days=2))
            )

    def _sites(self, key: int, county: County, town: str, place: str, actor: int, opened: dt.datetime) -> str:
        rng, first = self.rng, ""
        for _one in range(1 + int(rng.random() < 0.2)):
            site = self.key(CaseSite)
            address = (
                f"{county.name}{town}镇{TOWNS[rng.integers(len(TOWNS))]}路{rng.integers(1, 400)}号{place}"
            )
            first = first or address
            self.rows[CaseSite].append(
                (site, key, f"P{site:08d}", f"M{site:08d}", f"T{site % 40_000:06d}", "workshop", address,
                 county.admin_code, 35 + float(rng.random()) * 3, 115 + float(rng.random()) * 7, opened)
            )  # fmt: skip
            mid = float(rng.gamma(2, 80)) + 5
            self.rows[CaseLead].append(
                (key, site, "power", "meter", f"M{site:08d}", "", float(rng.random()), "A", mid * 0.8, mid, mid * 1.3,
                 {"zh": ["夜间负荷与白天相同"], "en": ["The load at night equals that of the day"]}, actor, opened)
            )  # fmt: skip
        return first

    def _stages(
        self, key: int, unit: Unit, actor: int, way: tuple[str, ...], moves: list[dt.datetime]
    ) -> None:
        for left, entered, at in zip(("", *way), way, moves, strict=False):
            self.rows[StageEntry].append((key, left, entered, unit.pk, actor, at))

    def _clocks(
        self, key: int, unit: Unit, actor: int, opened: dt.datetime, closed: dt.datetime | None
    ) -> None:
        rng = self.rng
        for code in rng.permutation(CLOCKS)[: rng.integers(1, 5)].tolist():
            clock, limit = self.key(CaseClock), dt.timedelta(days=int(rng.integers(5, 90)))
            if closed is not None or rng.random() < 0.5:
                ended = closed or self.now
                started = opened + (ended - opened) * float(rng.random()) * 0.5
                stopped = min(started + limit * float(rng.random()) * 1.1, ended)
                self.rows[CaseClock].append(
                    (clock, key, code, unit.pk, "stopped", started, started + limit, stopped)
                )
                continue
            late = rng.random() < 0.2
            due = self.now + limit * float(rng.random()) * (-0.3 if late else 1)
            self.rows[CaseClock].append((clock, key, code, unit.pk, "running", due - limit, due, None))
            if late or due - self.now < dt.timedelta(days=5):
                read = rng.random() < 0.7
                self.rows[Reminder].append(
                    (clock, "late" if late else "soon", unit.pk, self.now - dt.timedelta(days=1),
                     actor if read else None, self.now if read else None)
                )  # fmt: skip

    def _tasks(
        self,
        key: int,
        county: County,
        unit: Unit,
        people: list[int],
        opened: dt.datetime,
        closed: dt.datetime | None,
    ) -> None:
        rng = self.rng
        for _one in range(rng.integers(1, 4)):
            ended = closed if closed is not None else (self.now if rng.random() < 0.4 else None)
            due = (opened + dt.timedelta(days=int(rng.integers(3, 200)))).date()
            self.rows[Task].append(
                (key, "现场核实用电设备", unit.pk, people[0] if rng.random() < 0.5 else None, due,
                 "done" if ended else "open", "已核实" if ended else "", people[-1], opened,
                 people[0] if ended else None, ended)
            )  # fmt: skip

    def _enforcement(
        self,
        key: int,
        county: County,
        actor: int,
        opened: dt.datetime,
        closed: dt.datetime | None,
        outcome: str,
    ) -> None:
        rng, unit = self.rng, county.units["energy"]
        if rng.random() < 0.5:
            state = (
                "ended"
                if closed is not None
                else str(rng.choice(["proposed", "approved", "in_force", "ended"]))
            )
            begun = opened + dt.timedelta(hours=30) if state in ("in_force", "ended") else None
            done = opened + dt.timedelta(hours=34) if state == "ended" else None
            self.rows[Measure].append(
                (self.key(Measure), key, "on_site_inspection", "administrative", "ecl_inspect", unit.pk, "supply",
                 "用电设备", "负荷昼夜恒定", state, actor, opened, begun, done)
            )  # fmt: skip
        if outcome == "confirmed" and rng.random() < 0.7:
            item, utility = self.key(MoneyItem), county.units["utility"]
            payer = county.people[utility.pk][0]
            self.rows[MoneyItem].append((item, key, "surcharge", "CNY", utility.pk, {}, payer, opened))
            from decimal import Decimal

            due = Decimal(int(rng.integers(100_000, 90_000_000))).scaleb(-2)
            day = opened.date() + dt.timedelta(days=20)
            self.rows[MoneyEntry].append((item, "assessed", due, day, utility.pk, payer, opened))
            if closed is not None or rng.random() < 0.5:
                self.rows[MoneyEntry].append((item, "collected", due, day, utility.pk, payer, opened))

    def _watch(
        self, key: int, unit: Unit, way: tuple[str, ...], moves: list[dt.datetime], outcome: str
    ) -> None:
        if "watch" not in way:
            return
        begun = moves[way.index("watch")].date()
        for days in WATCH_DAYS:
            due = begun + dt.timedelta(days=days)
            done = due <= self.now.date() and self.rng.random() < 0.97
            self.rows[WatchVisit].append(
                (key, days, due, unit.pk, "clean" if done else "", due if done else None)
            )
        if self.rng.random() < 0.03:
            state = "open" if self.rng.random() < 0.2 else "dismissed"
            self.rows[Return].append((key, "premises", f"meter:{key}", "新增稳定负荷", {}, self.now, state))


def fill_cases(province: Province, cases: int, rng: np.random.Generator) -> FilledCases:
    """Write the cases with everything that belongs to them.

    Args:
        province: units and people.
        cases: how many.
        rng: of all that differs between cases.
    """
    pack_version = law.store(law.pack_for_new_cases()).pk
    head = Unit.objects.get(parent=None)
    campaigns = [
        Campaign.objects.create(name=f"专项整治第{one}批", lead_unit=head, begins_on=dt.date(2020, 1, 1)).pk
        for one in range(1, 9)
    ]
    maker = _Maker(province, pack_version, campaigns, rng)
    weights = rng.pareto(2.5, len(province.counties)) + 0.3  # a few counties have most of the cases
    for number, place in enumerate(
        rng.choice(len(province.counties), cases, p=weights / weights.sum()).tolist(), 1
    ):
        maker.case(province.counties[place])
        if number % 10_000 == 0:
            _flush(maker)
    _flush(maker)
    filled = maker.filled
    filled.opened, filled.ended = np.array(maker.opened), np.array(maker.ended)
    filled.busy = next(_busy(filled, province), 0)
    settle(MODELS)
    return filled


def _busy(filled: FilledCases, province: Province) -> Iterator[int]:
    first = province.officers[0].removesuffix("-officer")
    return (place for place, unit in enumerate(filled.unit_codes) if unit == first)


def _flush(maker: _Maker) -> None:
    with transaction.atomic(), without_triggers():
        for model, names in NAMES.items():
            rows = maker.rows.pop(model, [])
            write(model, names, rows)
            maker.filled.rows[model._meta.label] = maker.filled.rows.get(model._meta.label, 0) + len(rows)
