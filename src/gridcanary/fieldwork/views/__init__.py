"""Pages of the inspections, one subject a file."""
