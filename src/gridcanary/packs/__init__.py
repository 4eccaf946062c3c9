"""Jurisdiction packs: law as data. What is forbidden, who may do what, by when, for how much, with which papers.

    from gridcanary import packs

    packs.available()                       # [PackId(id="cn", version="2026.1", folder=...), ...]
    pack = packs.load("cn_sd")              # or a folder: packs.load(Path("my_pack")); immutable
    pack.id, pack.version, pack.digest
    pack.switches.offence_model             # pack.yaml: currency, zone, watch_days, officers_per_visit ...
    pack.stages, pack.measures, pack.clocks # every section: a read-only mapping by code
    pack.measure("seize").name.of("zh")
    pack.transitions_from("investigate")    # {code: Transition}, each with .gate
    pack.gate("investigate", "rectify")     # documents, one_of, approvals, conditions, loop_items, outcomes
    pack.refusal("seize", "apl_56", "utility", on=today)   # Refusal(reason, text, source) or None
    pack.measures_for("energy", "investigate", on=today)   # {measure: [usable bases]}
    pack.template("decision")               # bytes of the DOCX template
    pack.cite(pack.clock("seizure"), "zh")  # how the fact is cited, unverified ones marked
    pack.calendar                           # WorkCalendar for the clock engine
    packs.from_frozen(pack.frozen_json())   # a case keeps the pack that it began with

The clock engine is in ``gridcanary.packs.clock``.
"""

from gridcanary.packs.faults import BrokenPack, ChangedPack, Fault, UnknownCode, UnknownPack
from gridcanary.packs.folders import PackId, available
from gridcanary.packs.frozen import from_frozen
from gridcanary.packs.loader import load
from gridcanary.packs.pack import Pack
from gridcanary.packs.refusal import Refusal

__all__ = [
    "BrokenPack",
    "ChangedPack",
    "Fault",
    "Pack",
    "PackId",
    "Refusal",
    "UnknownCode",
    "UnknownPack",
    "available",
    "from_frozen",
    "load",
]
