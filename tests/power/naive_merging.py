"""The slow, obvious twin of gridcanary.power.merging for a table without phases."""

from __future__ import annotations

from collections.abc import Sequence

Curve = list[int | None]
Row = dict[str, Curve]


def merge(
    stored: dict[str, Row], staged: Sequence[tuple[str, str, Curve]], whole_days: bool
) -> dict[str, Row]:
    """Rows by meter after an import of (meter, curve name, values), all curves of one length."""
    fresh: dict[str, Row] = {}
    for meter, name, values in staged:
        known = fresh.setdefault(meter, {})
        if name not in known:
            known[name] = list(values)
        elif not whole_days:
            known[name] = [new if old is None else old for old, new in zip(known[name], values, strict=True)]
    merged = {meter: dict(row) for meter, row in stored.items()}
    for meter, row in fresh.items():
        target = merged.setdefault(meter, {})
        for name, values in row.items():
            old = target.get(name)
            if old is None or whole_days:
                target[name] = values
            else:
                target[name] = [
                    before if new is None else new for before, new in zip(old, values, strict=True)
                ]
    for row in merged.values():
        row.setdefault("load_w", [None] * len(next(iter(row.values()))))
    return merged
