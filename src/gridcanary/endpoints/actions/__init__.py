"""The only writers of this room; each leaves an event in the log."""
