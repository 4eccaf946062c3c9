"""Tables of the desk."""

from gridcanary.endpoints.models.endpoint import Endpoint
from gridcanary.endpoints.models.findings_file import FindingsFile
from gridcanary.endpoints.models.premises import LineState, PremisesLink, TakenUp
from gridcanary.endpoints.models.seen import EndpointAccount, EndpointDay, EndpointSession

__all__ = [
    "Endpoint",
    "EndpointAccount",
    "EndpointDay",
    "EndpointSession",
    "FindingsFile",
    "LineState",
    "PremisesLink",
    "TakenUp",
]
