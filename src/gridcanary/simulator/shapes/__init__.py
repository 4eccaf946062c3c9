"""Load curves of innocent customers: a function per kind of customer, each for many customers at once."""
