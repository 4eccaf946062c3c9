"""The only writers of enforcement's tables, one subject a file."""
