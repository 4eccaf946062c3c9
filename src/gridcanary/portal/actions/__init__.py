"""The only writers of the portal's tables."""
