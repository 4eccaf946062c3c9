"""The only writers of casework's tables, one subject a file."""

from gridcanary.casework.actions.decisions import (
    DecidedSubject,
    DecisionRefused,
    dismiss,
    mark_for_inspection,
    undo,
)

__all__ = ["DecidedSubject", "DecisionRefused", "dismiss", "mark_for_inspection", "undo"]
