"""Compiled loops over captures: frames, packets, flows, reassembly; each has a slow twin in the tests."""
