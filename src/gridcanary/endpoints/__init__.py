"""What the network lens found, at the desk: endpoints over days, pools, wallets, whose line it is, and who may know."""
