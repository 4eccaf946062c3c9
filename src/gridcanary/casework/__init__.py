"""What people decided about a finding: an append-only record, and the state that follows from it."""
