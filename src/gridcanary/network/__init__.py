"""Mining seen on the wire: captures, flow logs and DNS, and the hash rate that shares tell.

>>> from gridcanary import network
>>> findings = network.scan("captures", "eve.json.gz")  # doctest: +SKIP
"""

from gridcanary.network.endpoint_days import endpoint_days
from gridcanary.network.pseudonyms import pseudonyms_from
from gridcanary.network.scan import scan

__all__ = ["endpoint_days", "pseudonyms_from", "scan"]
