"""Regtest chains that never were, with every owner and every payout known, to measure how often a rule is wrong."""

from gridcanary.simulator.chain_truth.making import ChainTruth, TruePayout
from gridcanary.simulator.chain_truth.scenarios import SCENARIOS, Scenario
from gridcanary.simulator.chain_truth.simulating import simulate_chain

__all__ = ["SCENARIOS", "ChainTruth", "Scenario", "TruePayout", "simulate_chain"]
