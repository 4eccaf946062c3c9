"""What other people's notebooks may rely on; a name that goes or comes shows here first."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

SURFACE = {
    "gridcanary.evidence": [
        "Checkpoint",
        "Digests",
        "Entry",
        "Note",
        "ObjectStore",
        "SigningKey",
        "StoredObject",
        "TlogProof",
        "VerifierKey",
        "Witness",
        "WitnessRequest",
        "canonical",
        "digest_bytes",
        "digest_file",
        "digest_stream",
    ],
    "gridcanary.accounting": [
        "BillingCycle", "Calculation", "CannotReckon", "ChainDay", "Citation", "Efficiency", "Line", "Stop",
        "bitcoin_energy", "bitcoin_in_households", "block_subsidy", "carbon", "days_to_use", "energy_avoided",
        "energy_plausibility", "energy_stopped", "factor_for", "free_to_offer", "freed_capacity", "households",
        "late_fee_due", "surcharge_due", "tariff_misuse_due", "theft_due",
    ],
    "gridcanary.network": ["endpoint_days", "pseudonyms_from", "scan"],
    "gridcanary.packs": [
        "BrokenPack", "ChangedPack", "Fault", "Pack", "PackId", "Refusal", "UnknownCode", "UnknownPack",
        "available", "from_frozen", "load",
    ],
    "gridcanary.power": ["import_file", "import_files", "scan"],
    "gridcanary.simulator": ["TRUTH", "CountyTruth", "simulate_county"],
}  # fmt: skip


@pytest.mark.parametrize("room", SURFACE)
def test_names_that_a_notebook_may_use(room: str) -> None:
    module = importlib.import_module(room)
    assert sorted(module.__all__) == sorted(SURFACE[room])
    assert all(getattr(module, name) is not None for name in module.__all__)


@pytest.mark.parametrize("room", SURFACE)
def test_the_library_works_without_django(room: str) -> None:
    program = f"import sys; sys.modules['django'] = None; import {room}"
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
