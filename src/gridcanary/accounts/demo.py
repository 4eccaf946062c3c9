"""The demonstration's departments and the people in them: a made-up province, city and county."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.accounts.unit_actions import add_membership, add_unit, change_unit

LEVELS = (
    ("demo", "示范省", "Demo Province", "99"),
    ("demo-city", "示范市", "Demo City", "9901"),
    ("demo-county", "示范县", "Demo County", "990127"),
)
"""Code, Chinese name, English name and area of each level; 99 is no real province."""

DEPARTMENTS = {
    "energy": ("发展和改革局", "Development and Reform Bureau"),
    "police": ("公安局", "Public Security Bureau"),
    "samr": ("市场监督管理局", "Market Supervision Bureau"),
    "utility": ("供电公司", "Power Supply Company"),
    "finance": ("地方金融管理局", "Financial Administration"),
    "treasury": ("财政局", "Finance Bureau"),
    "cyberspace": ("互联网信息办公室", "Cyberspace Office"),
    "telecom": ("通信管理办公室", "Telecommunications Office"),
    "tax": ("税务局", "Tax Bureau"),
    "fire": ("消防救援大队", "Fire and Rescue Brigade"),
    "prosecution": ("人民检察院", "People's Procuratorate"),
    "judiciary": ("人民法院", "People's Court"),
    "supervision": ("监察委员会", "Supervisory Commission"),
}
"""Kind of each county department to its name after the county's."""

COUNTY = "demo-county"
GOVERNMENT = "local_government"

IN_PAIRS = ("energy", "police", "samr", "utility", "finance")
"""Kinds of departments with a second officer, because some measures need two of the same department."""

REVIEWING = ("energy", "samr")
"""Kinds of departments with a legal reviewer."""


def unit_code(kind: str) -> str:
    """Code of the county's department of a kind; the government is the county itself."""
    return COUNTY if kind == GOVERNMENT else f"{COUNTY}-{kind}"


@transaction.atomic
def build_units() -> dict[str, Unit]:
    """The made-up departments, made where they are missing.

    Returns:
        Code to unit: three levels of government, ``demo-city-energy``, and ``demo-county-<kind>`` for each of
        DEPARTMENTS.
    """
    units: dict[str, Unit] = {}
    parent: Unit | None = None
    for code, name_zh, name_en, area in LEVELS:
        parent = units[code] = _unit(code, f"{name_zh}人民政府", f"{name_en} Government", area, parent)
    places = [("demo-city", "energy"), *((COUNTY, kind) for kind in DEPARTMENTS)]
    names = {code: (name_zh, name_en, area) for code, name_zh, name_en, area in LEVELS}
    for place, kind in places:
        name_zh, name_en, area = names[place]
        suffix_zh, suffix_en = DEPARTMENTS[kind]
        code = f"{place}-{kind}"
        units[code] = _unit(
            code, f"{name_zh}{suffix_zh}", f"{name_en} {suffix_en}", area, units[place], kind=kind
        )
    return units


@transaction.atomic
def build_people(demo: User) -> dict[str, User]:
    """The people of the demonstration, made where they are missing.

    Args:
        demo: the user who signs in: officer and approver of the energy department, supervisor of the county,
            administrator of all.

    Returns:
        Name to user. ``demo.<kind>`` is a certified officer of each department and ``demo.<kind>.approver`` its
        approver, ``demo.<kind>.second`` the second officer of those IN_PAIRS, ``demo.<kind>.legal`` the legal
        reviewer of those REVIEWING. Apart from ``demo`` none can sign in, because none has a password.
    """
    units = build_units()
    people = {demo.username: demo}
    _post(demo, units[f"{COUNTY}-energy"], Role.OFFICER, certified=True)
    _post(demo, units[f"{COUNTY}-energy"], Role.ANALYST)
    _post(demo, units[f"{COUNTY}-energy"], Role.APPROVER)
    _post(demo, units[COUNTY], Role.SUPERVISOR)
    _post(demo, units["demo"], Role.ADMINISTRATOR)
    for kind, ending, role in _posts():
        name = f"demo.{kind}{ending}"
        person, _created = User.objects.get_or_create(username=name, defaults={"password": "!"})
        _post(person, units[unit_code(kind)], role, certified=role == Role.OFFICER)
        people[name] = person
    return people


def _posts() -> Iterator[tuple[str, str, Role]]:
    """Kind of department, ending of the name, role."""
    for kind in (*DEPARTMENTS, GOVERNMENT):
        yield kind, "", Role.OFFICER
        yield kind, ".approver", Role.APPROVER
        if kind in IN_PAIRS:
            yield kind, ".second", Role.OFFICER
        if kind in REVIEWING:
            yield kind, ".legal", Role.LEGAL_REVIEWER


def _unit(
    code: str, name_zh: str, name_en: str, area: str, parent: Unit | None, *, kind: str = GOVERNMENT
) -> Unit:
    known = Unit.objects.filter(code=code).first()
    if known is None:
        return add_unit(code, name_zh, kind=kind, name_en=name_en, parent=parent, admin_code=area)
    if (known.name_zh, known.name_en) != (name_zh, name_en):  # made by an earlier version
        return change_unit(
            known, name_zh=name_zh, name_en=name_en, kind=kind, admin_code=area, active=known.active
        )
    return known


def _post(user: User, unit: Unit, role: Role, *, certified: bool = False) -> None:
    if not Membership.objects.filter(user=user, unit=unit, role=role, until__isnull=True).exists():
        certificate = f"DEMO-{user.pk:04d}" if certified else ""
        add_membership(user, unit, role, certificate_no=certificate)
