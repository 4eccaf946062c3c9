"""Files of blocks: a node's blk*.dat, with and without obfuscation, and files that hold one block each."""
