"""The pages of enforcement, one tab a file."""
