"""Readers of foreign formats, one a file, and the one list that names them all."""

from __future__ import annotations

from gridcanary.power.readers.base import Reader


def registered() -> list[Reader]:
    """Every reader, special formats before general ones: of two equally sure readers the first wins."""
    # Imported here, so that `from gridcanary import power` does not load parsers that nobody asked for.
    from gridcanary.power.readers import cn_curve

    return [*cn_curve.CURVES]
