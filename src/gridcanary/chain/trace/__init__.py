"""Where the coins went: forward from a wallet's receipts to services, under several rules of taint side by side."""
