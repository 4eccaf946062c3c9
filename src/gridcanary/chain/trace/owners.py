"""Which addresses of a trace seem to have one owner, merge by merge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gridcanary.chain.clusters import Merge, merge_scripts
from gridcanary.chain.trace.tracing import Trace


@dataclass(frozen=True, slots=True)
class Cluster:
    """Scripts that seem to have one owner.

    Args:
        scripts: all of them, in the order of their bytes.
        merges: what joined them, in the order of the chain; one fewer than there are scripts.
        services: names of the services that hold any of them by label; several contradict each other.
    """

    scripts: tuple[bytes, ...]
    merges: tuple[Merge, ...]
    services: tuple[str, ...]


def clusters(trace: Trace) -> list[Cluster]:
    """Clusters that hold coins of the case, the largest first, from every transaction that the trace saw.

    Only inputs that are spent together merge (no CoinJoin); a change that merely looks like one doesn't.
    """
    found = merge_scripts(trace.collection.seen.values())
    held = {output.script for output in trace.collection.outputs.values()}
    merges: dict[bytes, list[Merge]] = {}
    for merge in found.merges:
        merges.setdefault(found.root(merge.first), []).append(merge)
    return [
        Cluster(
            tuple(sorted(group)), tuple(merges[found.root(min(group))]), _services(trace, group)
        )
        for group in found.groups()
        if group & held
    ]  # fmt: skip


def _services(trace: Trace, scripts: Iterable[bytes]) -> tuple[str, ...]:
    owners = (trace.custody.label_of(script) for script in scripts)
    return tuple(sorted({owner.name for owner in owners if owner is not None}))
