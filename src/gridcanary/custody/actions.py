"""Everything that writes to the log, in one place for callers."""

from gridcanary.custody.log_actions import EventRefused, record

__all__ = ["EventRefused", "record"]
