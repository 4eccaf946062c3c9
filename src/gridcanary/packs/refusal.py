"""Why a pack forbids a measure: the authority matrix, asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gridcanary.packs.schema.base import Text
from gridcanary.packs.schema.content import Content

Reason = Literal[
    "unknown_measure", "unknown_basis", "unknown_department", "not_in_stage", "basis_not_for_measure",
    "basis_not_in_force", "wrong_track", "not_empowered",
]  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A forbidden combination.

    Args:
        reason: why, as a code.
        text: why, as sentences, with what is allowed instead.
        source: how the provision is cited; empty where none is concerned.
    """

    reason: Reason
    text: Text
    source: str = ""


def refusal(
    content: Content, measure: str, basis: str, department: str, *, on: dt.date, stage: str | None
) -> Refusal | None:
    """The first reason why the pack forbids it; None where it allows it. See ``Pack.refusal``."""
    known = _unknown(content, measure, basis, department)
    if known is not None:
        return known
    return _out_of_place(content, measure, basis, on, stage) or _not_empowered(
        content, measure, basis, department
    )


def _unknown(content: Content, measure: str, basis: str, department: str) -> Refusal | None:
    here = f"{content.pack.id}@{content.pack.version}"
    if measure not in content.measures:
        zh, en = f"规则包 {here} 中没有措施 {measure}。", f"Pack {here} has no measure {measure}."
        return Refusal("unknown_measure", Text(zh=zh, en=en))
    if basis not in content.bases:
        zh, en = f"规则包 {here} 中没有依据 {basis}。", f"Pack {here} has no legal basis {basis}."
        return Refusal("unknown_basis", Text(zh=zh, en=en))
    if department not in content.departments:
        zh = f"规则包 {here} 中没有 {department} 类部门。"
        return Refusal(
            "unknown_department", Text(zh=zh, en=f"Pack {here} has no department of kind {department}.")
        )
    return None


def _out_of_place(
    content: Content, measure: str, basis: str, on: dt.date, stage: str | None
) -> Refusal | None:
    rule, provision = content.measures[measure], content.bases[basis]
    cited = f"{content.sources[provision.source].title.zh} {provision.article}"
    if stage is not None and stage not in rule.stages:
        stages = [content.stages[code].name for code in rule.stages]
        return Refusal(
            "not_in_stage",
            Text(
                zh=f"“{rule.name.zh}”只能在以下阶段采取：{_zh(stages)}。",
                en=f"{rule.name.en} can only be taken in: {_en(stages)}.",
            ),
        )
    if basis not in rule.bases:
        allowed = [content.bases[code].title for code in rule.bases]
        return Refusal(
            "basis_not_for_measure",
            Text(
                zh=f"“{provision.title.zh}”不能作为“{rule.name.zh}”的依据；可用依据：{_zh(allowed)}。",
                en=f"{provision.title.en} is no basis for {rule.name.en}; its bases are: {_en(allowed)}.",
            ),
            cited,
        )
    if not provision.in_force(on):
        until = provision.valid_to or "–"
        return Refusal(
            "basis_not_in_force",
            Text(
                zh=f"“{provision.title.zh}”在 {on} 不具效力（有效期 {provision.valid_from} 至 {until}）。",
                en=f"{provision.title.en} is not in force on {on} ({provision.valid_from} to {until}).",
            ),
            cited,
        )
    return None


def _not_empowered(content: Content, measure: str, basis: str, department: str) -> Refusal | None:
    rule, provision = content.measures[measure], content.bases[basis]
    actor = next(one for kind, one in content.departments.items() if kind == department)
    cited = f"{content.sources[provision.source].title.zh} {provision.article}"
    empowered = [content.departments[kind].short for kind in provision.departments]
    note = actor.power_note
    why_zh, why_en = (note.zh, f" {note.en}") if note else ("", "")
    if rule.track not in actor.tracks:
        return Refusal(
            "wrong_track",
            Text(
                zh=f"{actor.short.zh}无权采取“{rule.name.zh}”。{why_zh}可由以下部门采取：{_zh(empowered)}。",
                en=f"{actor.short.en} may not take {rule.name.en}.{why_en} It is for: {_en(empowered)}.",
            ),
            cited,
        )
    if department not in provision.departments:
        return Refusal(
            "not_empowered",
            Text(
                zh=f"“{provision.title.zh}”未授权{actor.short.zh}采取“{rule.name.zh}”。"
                f"{why_zh}被授权的部门：{_zh(empowered)}。",
                en=f"{provision.title.en} does not empower {actor.short.en} to take {rule.name.en}.{why_en} "
                f"It empowers: {_en(empowered)}.",
            ),
            cited,
        )
    return None


def _zh(names: Iterable[Text]) -> str:
    return "、".join(name.zh for name in names)


def _en(names: Iterable[Text]) -> str:
    return "; ".join(name.en for name in names)
