"""The only writers of the inspections' tables, one subject a file."""
