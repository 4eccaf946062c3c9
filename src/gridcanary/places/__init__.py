"""Where something is: administrative names and addresses in Chinese, premises of an archive, coordinates.

    from gridcanary.places import match_address, PremisesIndex, to_wgs84

Nothing here guesses: a name that several places have comes back as ``ambiguous`` with all of them.
"""

from gridcanary.places.addresses import Matched, State, match_address
from gridcanary.places.coordinates import Datum, Point, distance_m, from_wgs84, to_wgs84
from gridcanary.places.premises import Premises, PremisesIndex, PremisesMatch

__all__ = [
    "Datum",
    "Matched",
    "Point",
    "Premises",
    "PremisesIndex",
    "PremisesMatch",
    "State",
    "distance_m",
    "from_wgs84",
    "match_address",
    "to_wgs84",
]
