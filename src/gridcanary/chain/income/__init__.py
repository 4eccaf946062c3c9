"""What wallets earned from mining: every receipt with its pool, its proof, its worth, and the power behind it."""
