"""A county that never was, with a known truth: customers, transformers, weather, faults and hidden mines."""

from gridcanary.simulator.county import simulate_county
from gridcanary.simulator.truth import TRUTH, CountyTruth

__all__ = ["TRUTH", "CountyTruth", "simulate_county"]
