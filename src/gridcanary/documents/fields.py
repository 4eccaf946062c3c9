"""What an officer writes into a paper. Templates may use these names and those of ``shape``, no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """How a field is written in the form."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a paper.

    Args:
        name: as templates name it.
        label: as the form names it.
        kind: how it is written.
        personal: whether it tells of a person; kept encrypted and out of the event log.
        optional: whether a paper can be issued without it.
    """

    name: str
    label: str | Promise
    kind: Kind = Kind.LINE
    personal: bool = False
    optional: bool = False


def _fields(*given: Field) -> dict[str, Field]:
    return {one.name: one for one in given}


FIELDS: dict[str, Field] = _fields(
    # The party
    Field("party_name", _("Party (person or company)"), personal=True),
    Field("party_id", _("Identity or credit-code number"), personal=True, optional=True),
    Field("representative", _("Legal representative or person in charge"), personal=True, optional=True),
    Field("party_phone", _("Party's telephone"), personal=True, optional=True),
    Field("party_address", _("Party's address"), personal=True, optional=True),
    Field("party_statement", _("What the party stated"), Kind.TEXT, personal=True),
    Field("account_no", _("Customer number and meter number"), personal=True),
    # Time, place, people
    Field("began_at", _("From (day and time)"), Kind.MOMENT),
    Field("ended_at", _("Until (day and time)"), Kind.MOMENT),
    Field("place", _("Place")),
    Field("officer_names", _("Officers")),
    Field("certificate_numbers", _("Certificate numbers")),
    Field("recorder", _("Recorder")),
    Field("witness", _("Witness"), personal=True, optional=True),
    Field("witness_reason", _("Reason for no witness"), optional=True),
    Field("contact_person", _("Contact person")),
    Field("contact_phone", _("Contact telephone")),
    Field("hearing_host", _("Chair")),
    Field("hearing_kind", _("Public or closed hearing")),
    Field("responsible_person", _("Person responsible"), personal=True),
    # Facts and reasons
    Field("violation", _("Violation")),
    Field("lead_source", _("Source of the lead")),
    Field("facts", _("Facts"), Kind.TEXT, personal=True),
    Field("evidence_text", _("Evidence"), Kind.TEXT, personal=True),
    Field("reasons", _("Reasons"), Kind.TEXT),
    Field("decision", _("What is decided"), Kind.TEXT),
    Field("conclusion", _("Conclusion"), Kind.TEXT),
    Field("opinion", _("Officer's opinion"), Kind.TEXT),
    Field("innocent_checked", _("Innocent explanations that were checked"), Kind.TEXT),
    Field("suspected_crime", _("Suspected crime")),
    Field("measures_taken", _("Measures taken"), Kind.TEXT),
    Field("note", _("Note"), Kind.TEXT, optional=True),
    # Inspection
    Field("inspection_content", _("What is inspected"), Kind.TEXT),
    Field("inspection_result", _("Course and result of the check"), Kind.TEXT, personal=True),
    Field("rights_answer", _("Answer to the rights told"), Kind.TEXT),
    Field("finding_devices", _("Computing devices found"), Kind.TEXT),
    Field("finding_software", _("Mining software found"), Kind.TEXT),
    Field("finding_pool", _("Records of pool access found"), Kind.TEXT),
    Field("meter_reading", _("Meter reading and seals")),
    Field("meter_reading_after", _("Readings after disconnection")),
    Field("measured_kw", _("Power measured on site (kW)"), Kind.NUMBER),
    Field("wiring", _("Wiring and metering equipment"), Kind.TEXT),
    Field("network_state", _("Network connection"), Kind.TEXT),
    Field("recording", _("Audio and video recording")),
    Field("contract_state", _("Contract capacity and tariff class")),
    Field("monitoring_system", _("Monitoring system")),
    Field("technical_opinion", _("Technical review"), Kind.TEXT),
    # Interview
    Field("interviewee", _("Person interviewed"), personal=True),
    Field("interviewee_sex", _("Sex"), personal=True),
    Field("interviewee_id", _("Identity number"), personal=True),
    Field("interviewee_phone", _("Telephone"), personal=True),
    Field("interviewee_role", _("Employer and position"), personal=True),
    Field("interviewee_address", _("Home address"), personal=True),
    Field("dialogue", _("Questions and answers"), Kind.TEXT, personal=True),
    # Measures
    Field("preserve_place", _("Where the objects are kept")),
    Field("preserve_method", _("How they are kept")),
    Field("stop_scope", _("How and how far supply is cut")),
    Field("restore_condition", _("When supply is restored"), Kind.TEXT),
    Field("seal_numbers", _("Seal numbers")),
    Field("disposal", _("Disposal of the devices"), Kind.TEXT),
    # Legal review
    Field("review_competence", _("Competence and certificates"), Kind.TEXT),
    Field("review_facts", _("Facts and evidence"), Kind.TEXT),
    Field("review_law", _("Law and discretion"), Kind.TEXT),
    Field("review_procedure", _("Procedure"), Kind.TEXT),
    Field("review_limits", _("Limits of power; crime to be referred"), Kind.TEXT),
    Field("legal_opinion", _("Opinion of the legal review"), Kind.TEXT),
    Field("review_body", _("Body that hears appeals")),
    # Letters and deadlines
    Field("recipient", _("Addressed to")),
    Field("request", _("What is asked for"), Kind.TEXT),
    Field("reply_by", _("Answer by"), Kind.DAY),
    Field("time_limit", _("Time limit")),
    Field("report_day", _("Day of the monthly report")),
    Field("letter_number", _("Number of the other paper")),
    Field("decision_number", _("Number of the decision")),
    Field("receipt_number", _("Receipt number")),
    # Service
    Field("served_to", _("Served on"), personal=True),
    Field("served_at", _("Served at"), Kind.MOMENT),
    Field("service_way", _("Way of service")),
    Field("document_served", _("Paper served, with its number")),
    Field("substitute", _("Substitute recipient"), personal=True, optional=True),
    Field("refused_reason", _("Refusal and how it was left"), Kind.TEXT, optional=True),
    # Money and energy
    Field("period", _("Period")),
    Field("kwh", _("Energy (kWh)"), Kind.NUMBER),
    Field("rate", _("Rate (per kWh)"), Kind.NUMBER),
    Field("charge", _("Charge or difference"), Kind.NUMBER),
    Field("multiplier", _("Multiple"), Kind.NUMBER),
    Field("amount", _("Amount"), Kind.NUMBER),
    Field("charge_scope", _("What the surcharge applies to")),
    Field("calculation", _("Calculation"), Kind.TEXT),
    Field("payment", _("How and when it is paid"), Kind.TEXT),
    # Rectification and watch
    Field("rectification_measures", _("Rectification"), Kind.TEXT),
    Field("conversion", _("Lawful use afterwards"), Kind.TEXT, optional=True),
    Field("accept_devices", _("Devices removed"), Kind.TEXT),
    Field("accept_load", _("Load back to normal"), Kind.TEXT),
    Field("accept_supply", _("Supply and metering in order"), Kind.TEXT),
    Field("accept_money", _("Money collected"), Kind.TEXT),
    Field("accept_commitment", _("Commitment and landlord's duty"), Kind.TEXT),
    Field("accept_safety", _("Safety hazards removed"), Kind.TEXT),
    Field("visit_number", _("Which visit, planned for which day")),
    Field("watch_plan", _("Plan of the watch"), Kind.TEXT),
)  # fmt: skip


def asked(names: Iterable[str]) -> list[Field]:
    """The fields among the names that a template uses, in the order in which it uses them."""
    return [FIELDS[name] for name in names if name in FIELDS]
