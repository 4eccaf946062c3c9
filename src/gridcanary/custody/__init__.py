"""Under every case: the event log of the whole system, the evidence, and who had it when."""
