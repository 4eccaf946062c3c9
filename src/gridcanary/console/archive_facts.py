"""What the archive says about a customer, as label and value."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from gridcanary.console import charts
from gridcanary.console.archive import customers_where
from gridcanary.console.findings import TRANSFORMER
from gridcanary.console.spoken import spoken_date, spoken_kw, spoken_percent
from gridcanary.console.subjects import Subject
from gridcanary.console.vocabulary import CLASS_NAMES


def archive_facts(subject: Subject) -> list[tuple[str, str]]:
    """Label and value of every fact that the archive has; what it lacks is left out."""
    facts = _transformer_facts(subject) if subject.kind == TRANSFORMER else _customer_facts(subject)
    return [(label, value) for label, value in facts if value]


def _transformer_facts(subject: Subject) -> Iterator[tuple[str, str]]:
    fed = customers_where("transformer_id", [subject.subject_id])
    yield _("Transformer"), subject.subject_id
    yield _("Feeder"), (fed[0].feeder_id if fed else None) or ""
    yield _("County"), (fed[0].admin_code if fed else None) or ""
    yield _("Customers"), str(len(fed))


def _customer_facts(subject: Subject) -> Iterator[tuple[str, str]]:
    customer = subject.customer
    yield _("Meter"), subject.subject_id
    if customer is None:
        return
    yield _("Premises"), customer.premises_id
    yield _("Address"), customer.address or ""
    yield _("County"), customer.admin_code or ""
    yield _("Class of use"), str(CLASS_NAMES.get(customer.tariff_class or "", customer.tariff_class or ""))
    yield _("Trade (GB/T 4754)"), customer.trade_code or ""
    yield _("Contract capacity"), _kva(customer.contract_kva)
    yield _("Running capacity"), _kva(customer.running_kva)
    yield _("Use of capacity in the last six weeks"), _capacity_use(subject)
    yield _("Voltage"), customer.volt_class or ""
    yield _("Connected"), spoken_date(customer.connected_on) if customer.connected_on else ""
    yield (
        _("Last inspected"),
        spoken_date(customer.last_inspected_on) if customer.last_inspected_on else _("never"),
    )


def _kva(kva: float | None) -> str:
    return _("%(kva)s kVA") % {"kva": spoken_kw(kva)} if kva else ""


def _capacity_use(subject: Subject) -> str:
    mean = charts.typical_kw(subject.load_kw[-charts.COMPARED_DAYS :])
    capacity = subject.customer.running_kva or subject.customer.contract_kva if subject.customer else None
    return spoken_percent(mean / capacity) if mean is not None and capacity else ""
