"""Pages of signing in, of one's own account, of units, and of personal data."""
