"""explainers.yaml: what everybody may ask about the law, in plain words."""

from __future__ import annotations

from pydantic import Field

from gridcanary.packs.schema.base import Fact, Text


class Explainer(Fact):
    """A question and its answer; source and article say where the answer stands."""

    question: Text = Field(description="as a citizen would ask it")
    answer: Text = Field(description="in short sentences without terms of law that need explaining")
