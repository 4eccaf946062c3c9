"""The way of a case as a graph: every stage can be reached, and from every stage the case can end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gridcanary.packs.schema.content import Content
from gridcanary.packs.yaml_source import Path_


def flow_faults(content: Content) -> Iterator[tuple[str, Path_, str, str]]:
    """What is wrong with stages and transitions, as section, path, found, expected."""
    ends = [code for code, stage in content.stages.items() if stage.terminal]
    watched = [code for code, stage in content.stages.items() if stage.watch]
    if not ends:
        yield "stages", (), "no stage with terminal: true", "one at which the way ends"
    if len(watched) != 1:
        yield "stages", (), f"{len(watched)} stages with watch: true", "exactly one"
    pairs: set[tuple[str, str]] = set()
    for code, way in content.transitions.items():
        pair = (way.from_stage, way.to_stage)
        if pair in pairs:
            yield "transitions", (code,), f"a second way {pair[0]} > {pair[1]}", "one way between two stages"
        pairs.add(pair)
    forward = {(way.from_stage, way.to_stage) for way in content.transitions.values() if not way.backward}
    reached = _reachable({content.pack.first_stage}, forward)
    leading = _reachable(set(ends), {(to, start) for start, to in forward})
    for code in content.stages:
        if code not in reached:
            yield "stages", (code,), "no way to it", f"a way from {content.pack.first_stage}"
        if ends and code not in leading:
            yield "stages", (code,), "no way on from it", f"a way to {' or '.join(ends)}"
    yield from _unclosed(content, set(ends))
    yield from _unissuable(content)


def _unclosed(content: Content, ends: set[str]) -> Iterator[tuple[str, Path_, str, str]]:
    """Ways to the end that would leave loop items open."""
    watch = {code for code, stage in content.stages.items() if stage.watch}
    for code, way in content.transitions.items():
        closing = way.to_stage in ends or way.to_stage in watch
        if closing and not way.backward and not way.gate.all_loop_items:
            yield (
                "transitions",
                (code, "gate", "all_loop_items"),
                "false",
                "true: a case cannot close while a loop item is open",
            )


def _unissuable(content: Content) -> Iterator[tuple[str, Path_, str, str]]:
    """Documents that a gate demands although no stage on the way to it issues them."""
    forward = {code: way for code, way in content.transitions.items() if not way.backward}
    back = {(way.to_stage, way.from_stage) for way in forward.values()}
    for code, way in forward.items():
        passed = _reachable({way.from_stage}, back)
        demanded = [*way.gate.documents, *(name for group in way.gate.one_of for name in group)]
        for name in demanded:
            document = content.documents.get(name)
            if document is not None and not passed & set(document.stages):
                issued = ", ".join(document.stages)
                expected = f"a document that {way.from_stage} or a stage before it issues"
                yield "transitions", (code, "gate"), f"{name}, which is issued in {issued}", expected
    for code, measure in content.measures.items():
        for name in measure.documents:
            document = content.documents.get(name)
            if document is not None and not set(measure.stages) & set(document.stages):
                found = f"{name}, which is issued in {', '.join(document.stages)}"
                expected = f"a document that is issued in {', '.join(measure.stages)}"
                yield "measures", (code, "documents"), found, expected


def _reachable(start: set[str], ways: Iterable[tuple[str, str]]) -> set[str]:
    found, edges = set(start), set(ways)
    while True:
        more = {to for source, to in edges if source in found} - found
        if not more:
            return found
        found |= more
