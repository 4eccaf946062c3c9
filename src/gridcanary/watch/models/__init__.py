"""The tables of the watch."""

from gridcanary.watch.models.returned import Return, ReturnKind, ReturnState
from gridcanary.watch.models.visit import WatchResult, WatchVisit

__all__ = ["Return", "ReturnKind", "ReturnState", "WatchResult", "WatchVisit"]
