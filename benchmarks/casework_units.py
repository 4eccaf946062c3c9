"""A province as a tree of units with people in them: 16 cities, 136 counties, each with departments of several kinds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from benchmarks.casework_rows import write

from gridcanary.accounts.models import Membership, Role, Unit, User

PROVINCE = "37"
CITIES, COUNTIES = 16, 136
DEPARTMENTS = {
    "energy": "发展和改革局",
    "police": "公安局",
    "samr": "市场监督管理局",
    "utility": "供电公司",
    "finance": "财政局",
    "tax": "税务局",
}
SINCE = dt.date(2019, 1, 1)
FIRST = "东西南北青白临平安清长新泰华宁昌高沂莱海"
SECOND = "岭河山川原城阳陵水丘泉林湖浦沙台"


@dataclass
class County:
    """One county's departments, by kind, with the keys of their people."""

    name: str
    admin_code: str
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[int, list[int]] = field(default_factory=dict)


@dataclass
class Province:
    """Everything that the cases refer to.

    Args:
        counties: in the order of their codes.
        province_supervisor, city_supervisors, officers: names to sign in with; officers are those of the counties'
            energy departments, in the counties' order.
        usernames: names by key.
    """

    counties: list[County] = field(default_factory=list)
    province_supervisor: str = ""
    city_supervisors: list[str] = field(default_factory=list)
    officers: list[str] = field(default_factory=list)
    usernames: dict[int, str] = field(default_factory=dict)
    units: int = 0


def fill_units(rng: np.random.Generator, cities: int = CITIES, counties: int = COUNTIES) -> Province:
    """Write units, people and posts.

    Args:
        rng: of the names.
        cities, counties: how many; counties are dealt out to the cities in turn.
    """
    made, units, people, posts = Province(), list[Unit](), list[User](), list[tuple[object, ...]]()

    def unit(code: str, name: str, kind: str, parent: Unit | None, area: str) -> Unit:
        one = Unit(
            id=len(units) + 1, code=code, name_zh=name, name_en=code, kind=kind, parent=parent, admin_code=area,
            path=f"{parent.path if parent else ''}{code}/",
        )  # fmt: skip
        units.append(one)
        return one

    def person(of: Unit, role: str) -> User:
        one = User(id=len(people) + 1, username=f"{of.code}-{role}", password="!", first_name=of.name_zh[:20])
        people.append(one)
        posts.append((len(posts) + 1, one.id, of.id, role, f"ZJ{one.id:08d}", True, SINCE))
        made.usernames[one.id] = one.username
        return one

    names = iter(rng.permutation([f"{a}{b}" for a in FIRST for b in SECOND]).tolist())
    province = unit("sd", "省人民政府", "local_government", None, PROVINCE)
    made.province_supervisor = person(province, Role.SUPERVISOR).username
    for kind, called in DEPARTMENTS.items():
        unit(f"sd-{kind}", f"省{called}", kind, province, PROVINCE)
    heads = []
    for number in range(1, cities + 1):
        area, name = f"{PROVINCE}{number:02d}", next(names)
        head = unit(f"c{number:02d}", f"{name}市人民政府", "local_government", province, area)
        heads.append((head, name))
        made.city_supervisors.append(person(head, Role.SUPERVISOR).username)
        for kind, called in DEPARTMENTS.items():
            unit(f"{head.code}-{kind}", f"{name}市{called}", kind, head, area)
    for number in range(counties):
        head, city = heads[number % cities]
        area, name = f"{head.admin_code}{number // cities + 1:02d}", next(names)
        county = County(f"{city}市{name}县", area)
        seat = unit(f"x{area[2:]}", f"{name}县人民政府", "local_government", head, area)
        for kind, called in DEPARTMENTS.items():
            one = county.units[kind] = unit(f"{seat.code}-{kind}", f"{name}县{called}", kind, seat, area)
            roles = (
                (Role.OFFICER, Role.APPROVER, Role.CLERK)
                if kind == "energy"
                else (Role.OFFICER, Role.APPROVER)
            )
            county.people[one.id] = [person(one, role).id for role in roles]
        made.officers.append(made.usernames[county.people[county.units["energy"].id][0]])
        made.counties.append(county)
    write(
        Unit,
        ("id", "code", "name_zh", "name_en", "kind", "parent_id", "path", "admin_code"),
        ((u.id, u.code, u.name_zh, u.name_en, u.kind, u.parent_id, u.path, u.admin_code) for u in units),
    )
    write(
        User,
        ("id", "username", "password", "first_name"),
        ((u.id, u.username, u.password, u.first_name) for u in people),
    )
    write(
        Membership,
        ("id", "user_id", "unit_id", "role", "certificate_no", "is_primary", "since"),
        posts,
    )
    made.units = len(units)
    return made
