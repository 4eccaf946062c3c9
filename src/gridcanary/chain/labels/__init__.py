"""Whose an address is said to be: readers of label files, one a format, and the book that all of them fill."""
