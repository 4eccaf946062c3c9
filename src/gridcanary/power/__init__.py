"""The electricity lens: load curves in, explained findings out. Works in a notebook, without settings or database."""
