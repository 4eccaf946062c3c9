"""The web console: the inspection list and the premises page."""
