"""From a public address, a port and a moment to a premises, with a confidence, run by whoever holds the records."""

from gridcanary.network.resolve.assignments import Assignment, Holder
from gridcanary.network.resolve.resolving import Candidate, Observation, Resolution, Resolver

__all__ = ["Assignment", "Candidate", "Holder", "Observation", "Resolution", "Resolver"]
