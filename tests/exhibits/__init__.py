"""Tests of the pages of evidence."""
