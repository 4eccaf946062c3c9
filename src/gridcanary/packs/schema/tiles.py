"""tiles.yaml: where each city stands in the drawing of squares that is shown in place of a map."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gridcanary.packs.schema.base import Entry, Text

AreaCode = Annotated[str, Field(pattern=r"^\d{6}$")]
"""Six digits of GB/T 2260, in quotes."""

MOST_COLUMNS = 8
"""More columns can't be read on a phone."""
MOST_ROWS = 16


class Tile(Entry):
    """The square of a city, counted from the top left corner."""

    name: Text = Field(description="short name, as it is written into the square")
    column: Annotated[int, Field(ge=0, lt=MOST_COLUMNS)] = Field(description="column from the left, from 0")
    row: Annotated[int, Field(ge=0, lt=MOST_ROWS)] = Field(description="row from the top, from 0")
