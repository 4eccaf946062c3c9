"""The network lens in the demonstration: its findings at the desk, two lines in a case, and a request to name one."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from django.utils import timezone

from gridcanary.accounts.unmask_actions import request_unmask
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.drafts import WALLETS
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.demo_cases.recorded_chain import RecordedChain
from gridcanary.console.demo_cases.wire_findings import demo_lines, findings_table, pseudonym
from gridcanary.endpoints.actions.cases import take_up
from gridcanary.endpoints.actions.importing import import_findings
from gridcanary.endpoints.actions.lines import LineFacts, record_line
from gridcanary.endpoints.models import Endpoint

NAME = "探针-01 近六日.parquet"


def show(cast: Cast, case: Case) -> None:
    """Import the demonstration's findings, and put the lines of a case into it."""
    lines = demo_lines(RecordedChain().address(WALLETS[0][0]))
    cyberspace = cast.officer("cyberspace")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "findings.parquet"
        pq.write_table(findings_table(lines, timezone.now().astimezone(dt.UTC).date()), path)
        import_findings(path, cast.unit("cyberspace"), user=cyberspace, name=NAME)
    first, second = (Endpoint.objects.get(pseudonym=pseudonym(name)) for name in ("workshop", "workshop-2"))
    _name_line(cast, case, first)
    take_up(cast.demo, second, case)
    unsure = LineFacts(second.last_seen, "ambiguous", "nat>radius", confidence=0.5, candidates=2)
    record_line(cast.officer("energy"), second, case, unsure)


def _name_line(cast: Cast, case: Case, endpoint: Endpoint) -> None:
    """The carrier's answer is the premises of the case; an officer asks to see who holds the line."""
    take_up(cast.demo, endpoint, case)
    site = case.sites.first()
    facts = LineFacts(
        endpoint.last_seen,
        premises_id=site.premises_id if site else "",
        meter_id=site.meter_id if site else "",
        admin_code=site.admin_code if site else "",
        holder="演示户主",
        line_account="demo-ftth-00417",
        address="示范县工业园一路 3 号",
        basis="nat>radius>drop",
        confidence=0.98,
    )
    link = record_line(cast.officer("energy"), endpoint, case, facts)
    request_unmask(cast.officer("energy"), link, "holder", "核实涉案线路户主身份（演示）")
