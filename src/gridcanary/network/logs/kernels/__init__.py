"""Compiled loops over the bytes of logs: where fields are, what numbers they hold, which records could matter."""
