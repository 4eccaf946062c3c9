"""The income dossier as a kind: every table and report from the evidence alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, localcontext

from gridcanary.chain.dossier.basis import Basis, Kind
from gridcanary.chain.income.case import case_from
from gridcanary.chain.income.computing import Income, compute_income
from gridcanary.chain.income.evidence import KIND
from gridcanary.chain.income.report import reports
from gridcanary.chain.income.settings import refuse_scanned
from gridcanary.chain.income.sources import refuse_other_sources
from gridcanary.chain.income.tables import tables


def income_of(basis: Basis) -> Income:
    """The income that a dossier's evidence gives; InputError where its settings or lists contradict it."""
    case = case_from(basis.network, basis.parameters, basis.sources)
    refuse_scanned(basis.scanned)
    refuse_other_sources(case, basis)
    return compute_income(basis.history, basis.headers, case)


def derive(basis: Basis) -> Mapping[str, bytes]:
    """All tables and reports by path; the same on every computer, whatever its settings of decimal numbers."""
    with localcontext(Context(prec=28, rounding=ROUND_HALF_EVEN)):
        income = income_of(basis)
        return {**tables(income), **reports(income, basis)}


INCOME = Kind(KIND, derive)
"""Income of wallets from mining."""
