"""A dossier is evidence: a folder from which an expert computes every number again, without us and without a network.

A dossier holds raw transactions, each with its Merkle branch; the headers of the chain with their work; the files
that were used (copied, or by digest); the parameters; tables and reports computed from all that; and SHA-256 of every
file. ``docs/formats.md`` describes it for those who check it with their own tools.

**For a method that writes a dossier** (income, trace):

1. Run the method on :class:`WitnessedHistory`, which remembers the transactions that it was shown.
2. Choose what the result needs, ``confirmed``; ``gather(history, confirmed)`` adds branches, coinbases and headers,
   ``unproven_outputs`` what the search alone told (undo data, blocks that aren't in the dossier).
3. Write a *pure* function ``derive(basis: Basis) -> {path: bytes}`` that computes every table and report from
   ``basis.history`` (a :class:`~gridcanary.chain.history.MemoryHistory` of the proven transactions),
   ``basis.parameters`` and ``basis.sources``; name it in ``Kind("trace", derive)``.
4. ``write_dossier(folder, Draft("trace", network, transactions, headers, parameters, ...), kind)`` computes the tables
   with the same function that :func:`verify_dossier` uses, and writes the folder whole or not at all.
5. Register the kind in :mod:`gridcanary.chain.kinds`.

Parameters, ``scanned`` and JSON tables hold integers and texts, never floats; nothing tells the time of writing, so the
same inputs give the same bytes.
"""

from gridcanary.chain.dossier.basis import Basis, Draft, Kind, ProvenHistory, Reference
from gridcanary.chain.dossier.gathering import Gathered, WitnessedHistory, gather, unproven_outputs
from gridcanary.chain.dossier.header_runs import HeaderRuns
from gridcanary.chain.dossier.layout import json_bytes, json_lines, shown
from gridcanary.chain.dossier.proofs import Proven
from gridcanary.chain.dossier.seal import Fault
from gridcanary.chain.dossier.verification import Verdict, verify_dossier
from gridcanary.chain.dossier.writing import UnsoundDraft, dossier_files, write_dossier

__all__ = [
    "Basis",
    "Draft",
    "Fault",
    "Gathered",
    "HeaderRuns",
    "Kind",
    "Proven",
    "ProvenHistory",
    "Reference",
    "UnsoundDraft",
    "Verdict",
    "WitnessedHistory",
    "dossier_files",
    "gather",
    "json_bytes",
    "json_lines",
    "shown",
    "unproven_outputs",
    "verify_dossier",
    "write_dossier",
]
