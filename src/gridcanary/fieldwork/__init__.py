"""Inspections: where to go and with whom, what was found there, what became of the devices and the supply."""
