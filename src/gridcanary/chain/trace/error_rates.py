"""How often the trace's heuristics were wrong where the truth is known; every dossier carries these figures.

``error_rates.json`` is written by ``python -m benchmarks.chain_trace_errors``; a test measures part of it again.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def error_rates() -> dict[str, Any]:
    """What was measured, on which truths, with counts: integers and texts only."""
    text = resources.files("gridcanary.chain.trace").joinpath("error_rates.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
