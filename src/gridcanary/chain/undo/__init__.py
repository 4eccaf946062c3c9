"""Undo data (rev*.dat): the outputs that a block's inputs spend, kept beside the blocks by every node."""
