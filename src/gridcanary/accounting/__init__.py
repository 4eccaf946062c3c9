"""What is owed and what was wasted: pure functions over dated, cited rules, every step shown.

    from gridcanary import accounting, packs

    pack = packs.load("cn")
    found = accounting.surcharge_due(pack.prices["sichuan"], cycles, mining_from=..., mining_to=...)
    found.amount, found.unit                  # Decimal, "CNY"
    found.value("surcharge.days")             # a step
    found.verified                            # False where a rule behind it is unverified
    found.text("zh", cite=lambda citation: pack.cite(citation, "zh"))

Rules are anything with the fields of ``accounting.rules``; those of a jurisdiction pack have them. Money and energy
are Decimal, never float.
"""

from gridcanary.accounting.bitcoin import (
    ChainDay,
    Efficiency,
    bitcoin_energy,
    bitcoin_in_households,
    block_subsidy,
)
from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Line
from gridcanary.accounting.capacity import Stop, energy_stopped, free_to_offer, freed_capacity
from gridcanary.accounting.equivalence import carbon, energy_avoided, factor_for, households
from gridcanary.accounting.late_fee import late_fee_due
from gridcanary.accounting.plausibility import days_to_use, energy_plausibility
from gridcanary.accounting.surcharge import BillingCycle, surcharge_due
from gridcanary.accounting.tariff_misuse import tariff_misuse_due
from gridcanary.accounting.theft import theft_due

__all__ = [
    "BillingCycle",
    "Calculation",
    "CannotReckon",
    "ChainDay",
    "Citation",
    "Efficiency",
    "Line",
    "Stop",
    "bitcoin_energy",
    "bitcoin_in_households",
    "block_subsidy",
    "carbon",
    "days_to_use",
    "energy_avoided",
    "energy_plausibility",
    "energy_stopped",
    "factor_for",
    "free_to_offer",
    "freed_capacity",
    "households",
    "late_fee_due",
    "surcharge_due",
    "tariff_misuse_due",
    "theft_due",
]
