"""A reason is a code with parameters; sentences in each language come from it and never the other way round."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Parameter = str | int | float


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was seen, or one innocent explanation of it.

    Args:
        code: key into the phrase catalogue, e.g. ``step.flat_increment``.
        params: values for the phrase, units in their names (``step_kw``, ``share_pct``).
    """

    code: str
    params: Mapping[str, Parameter] = field(default_factory=dict)


def dump_reasons(reasons: Sequence[Reason]) -> str:
    """JSON text of reasons, keys sorted, as stored in the findings table."""
    return json.dumps(
        [{"code": r.code, "params": dict(r.params)} for r in reasons], sort_keys=True, ensure_ascii=False
    )


def load_reasons(text: str) -> list[Reason]:
    """Reasons from the JSON text that :func:`dump_reasons` wrote."""
    return [Reason(item["code"], item["params"]) for item in json.loads(text)]
