"""Where something is: administrative names, addresses, coordinates."""
