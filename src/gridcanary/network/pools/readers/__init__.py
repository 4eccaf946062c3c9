"""Readers of public lists; each gives entries of the pool list with the list's source, date and licence."""
