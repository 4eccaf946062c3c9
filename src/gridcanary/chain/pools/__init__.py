"""Who found a block: by where its coinbase pays, and by what its miner wrote into it."""
