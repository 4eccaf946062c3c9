"""The only writers of the tip line."""
