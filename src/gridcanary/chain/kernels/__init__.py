"""Compiled readers over bytes in memory: blocks to columns, frames of block files, batches of txids."""
