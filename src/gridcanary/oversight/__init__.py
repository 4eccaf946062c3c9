"""What supervisors see over all the cases that they may see: funnel, time, lateness, money, returns; and exports."""
