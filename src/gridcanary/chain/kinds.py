"""The kinds of dossiers that gridcanary writes and verifies."""

from __future__ import annotations

from collections.abc import Mapping

from gridcanary.chain.dossier.basis import Kind

KINDS: Mapping[str, Kind] = {}
"""Each kind by its name; a new one is added here and nowhere else."""
