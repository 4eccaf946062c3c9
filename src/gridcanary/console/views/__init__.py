"""Requests to pages, one file a page."""
