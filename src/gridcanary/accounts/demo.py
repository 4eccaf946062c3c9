"""The demonstration's departments and the people in them: a made-up province, city and county."""

from __future__ import annotations

from django.db import transaction

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.accounts.unit_actions import add_membership, add_unit

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
    "finance": ("财政局", "Finance Bureau"),
    "cyberspace": ("互联网信息办公室", "Cyberspace Office"),
    "tax": ("税务局", "Tax Bureau"),
    "judiciary": ("人民检察院", "People's Procuratorate"),
    "supervision": ("监察委员会", "Supervisory Commission"),
}
"""Kind of each county department to its name after the county's."""

COUNTY = "demo-county"


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
        demo: the user who signs in: officer of the energy department, supervisor of the county,
            administrator of all.

    Returns:
        Name to user. ``demo.<kind>`` is a certified officer of each department and ``demo.<kind>.approver`` its
        approver. Apart from ``demo`` none can sign in, because none has a password.
    """
    units = build_units()
    people = {demo.username: demo}
    _post(demo, units[f"{COUNTY}-energy"], Role.OFFICER, certified=True)
    _post(demo, units[f"{COUNTY}-energy"], Role.ANALYST)
    _post(demo, units[COUNTY], Role.SUPERVISOR)
    _post(demo, units["demo"], Role.ADMINISTRATOR)
    for kind in DEPARTMENTS:
        for name, role in ((f"demo.{kind}", Role.OFFICER), (f"demo.{kind}.approver", Role.APPROVER)):
            person, _created = User.objects.get_or_create(username=name, defaults={"password": "!"})
            _post(person, units[f"{COUNTY}-{kind}"], role, certified=role == Role.OFFICER)
            people[name] = person
    return people


def _unit(
    code: str, name_zh: str, name_en: str, area: str, parent: Unit | None, *, kind: str = "local_government"
) -> Unit:
    known = Unit.objects.filter(code=code).first()
    return known or add_unit(code, name_zh, kind=kind, name_en=name_en, parent=parent, admin_code=area)


def _post(user: User, unit: Unit, role: Role, *, certified: bool = False) -> None:
    if not Membership.objects.filter(user=user, unit=unit, role=role, until__isnull=True).exists():
        certificate = f"DEMO-{user.pk:04d}" if certified else ""
        add_membership(user, unit, role, certificate_no=certificate)
