"""The chain dossiers of the demonstration: what two wallets from seized machines earned, and where it went."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gridcanary.casework.models import Case
from gridcanary.chain.dossier import Draft, write_dossier
from gridcanary.chain.kinds import KINDS
from gridcanary.console.demo_cases.drafts import NOTE, income_of, trace_of
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.demo_cases.recorded_chain import RecordedChain
from gridcanary.custody.actions import Handling
from gridcanary.wallets.actions import attach_upload
from gridcanary.wallets.archives import pack

REASON = "由公开账本计算得出，任何人均可复核。"


def attach(cast: Cast, case: Case) -> None:
    """Put the dossiers into a case."""
    chain = RecordedChain()
    _attach(cast, case, f"矿池收益（{NOTE}）", income_of(chain))
    _attach(cast, case, f"涉案资金流向（{NOTE}）", trace_of(chain))


def _attach(cast: Cast, case: Case, title: str, draft: Draft) -> None:
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryFile() as packed:
        folder = Path(made) / draft.kind
        write_dossier(folder, draft, KINDS[draft.kind])
        pack(folder, packed)
        user = cast.officer("energy")
        handling = Handling(officer=str(user), one_officer_reason=REASON, no_witness_reason=REASON)
        attach_upload(user, case, packed, f"{draft.kind}.zip", title, handling)
