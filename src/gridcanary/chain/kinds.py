"""The kinds of dossiers that gridcanary writes and verifies."""

from __future__ import annotations

from collections.abc import Mapping

from gridcanary.chain.dossier.basis import Kind
from gridcanary.chain.income.kind import INCOME
from gridcanary.chain.trace.dossier import KIND as TRACE

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (INCOME, TRACE)}
"""Each kind by its name; a new one is added here and nowhere else."""
