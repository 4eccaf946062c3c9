"""What travels with an export: one file that needs nothing but Python."""
