"""What was searched for a dossier, and what the search passed over: told without the paths of a machine."""

from __future__ import annotations

from typing import Any

from gridcanary.chain.dossier.layout import shown
from gridcanary.chain.file_history import FileHistory

_MOST_REMARKS = 20


def scanned_files(history: FileHistory) -> dict[str, Any]:
    """Range, tip and gaps of a folder of block files, and everything in it that couldn't be read.

    Ask it when the work is done, because reading finds damage.
    """
    tree, rows = history.tree, history.rows
    heights = tree.height[rows]
    known = heights[heights >= 0]
    remarks = [f"{one.file.name}, byte {one.offset}: {one.code}, {one.size} bytes" for one in history.remarks]
    return {
        "files": len(history.survey.files),
        "blocks": len(rows),
        "first_height": int(known.min()) if known.size else -1,
        "tip_height": history.tip.height,
        "tip": shown(history.tip.block_hash),
        "loose": history.loose,
        "missing_heights": [] if history.loose else [list(gap) for gap in tree.gaps],
        "blocks_not_in_the_best_chain": len(tree.height) - len(rows),
        "passed_over": len(remarks),
        "first_passed_over": remarks[:_MOST_REMARKS],
    }
