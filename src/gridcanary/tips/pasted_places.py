"""Coordinates, and links of map apps, as people paste them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NUMBER: Final = r"(-?\d{1,3}(?:\.\d+)?)"
_LAT_LON: Final = re.compile(rf"^\s*{NUMBER}\s*[,，;；\s]\s*{NUMBER}\s*$")
_HOST: Final = re.compile(r"(?:https?://)?([\w.-]+\.[a-z]{2,})(?=[/?#:]|$)", re.IGNORECASE)
_PAIR: Final = rf"{NUMBER}(?:,|%2C|，){NUMBER}"

WGS84: Final = "wgs84"
GCJ02: Final = "gcj02"
BD09: Final = "bd09"


@dataclass(frozen=True, slots=True)
class PastedPlace:
    """A point as it was pasted.

    Args:
        lat, lon: degrees, in ``datum``.
        datum: ``wgs84``, ``gcj02`` (Amap, Tencent) or ``bd09`` (Baidu).
    """

    lat: float
    lon: float
    datum: str


@dataclass(frozen=True, slots=True)
class _Form:
    host: str
    pattern: re.Pattern[str]
    datum: str
    lon_first: bool = False


def _form(host: str, pattern: str, datum: str, *, lon_first: bool = False) -> _Form:
    return _Form(host, re.compile(pattern, re.IGNORECASE), datum, lon_first)


_FORMS: Final = (
    _form("amap.com", rf"(?:position|lnglat|location|to|from)=(?:[^&]*?)?{_PAIR}", GCJ02, lon_first=True),
    _form("amap.com", rf"[?&]q={_PAIR}", GCJ02),
    _form("amap.com", rf"[?&]p=[^,&]*,{_PAIR}", GCJ02),
    _form("gaode.com", rf"(?:position|lnglat|location)={_PAIR}", GCJ02, lon_first=True),
    _form("baidu.com", rf"(?:location|latlng|destination)=(?:latlng:)?{_PAIR}(?=.*coord_type=wgs84)", WGS84),
    _form("baidu.com", rf"(?:location|latlng|destination)=(?:latlng:)?{_PAIR}(?=.*coord_type=gcj02)", GCJ02),
    _form("baidu.com", rf"(?:location|latlng|destination)=(?:latlng:)?{_PAIR}", BD09),
    _form("map.qq.com", rf"(?:coord(?::|%3A)|center=|pointx?=)\s*{_PAIR}", GCJ02),
    _form("maps.apple.com", rf"[?&](?:ll|q|coordinate)={_PAIR}", GCJ02),
    _form("google.", rf"(?:@|[?&]q=|[?&]query=|[?&]ll=|!3d){_PAIR}", WGS84),
    _form("openstreetmap.org", rf"#map=\d+/{NUMBER}/{NUMBER}", WGS84),
    _form("openstreetmap.org", rf"mlat={NUMBER}&mlon={NUMBER}", WGS84),
)
"""Where each map app puts the point. Apple's maps of China come from Amap and are shifted as Amap's are."""


def pasted_place(text: str) -> PastedPlace | None:
    """The point in a pasted text.

    Args:
        text: ``36.1, 117.2`` in either order, ``geo:36.1,117.2``, or a link of Amap, Baidu, Tencent, Apple, Google or
            OpenStreetMap; other words around a link don't matter.

    Returns:
        None where there is no point, as in short links, which only the map app's own server can open.
    """
    bare = text.strip()
    if bare.lower().startswith("geo:"):
        bare = re.split(r"[;?]", bare[4:])[0]
    found = _LAT_LON.match(bare)
    if found:
        return _plausible(float(found[1]), float(found[2]), WGS84)
    for host in _HOST.findall(bare):
        for form in _FORMS:
            hit = form.pattern.search(bare) if _is_at(host.lower(), form.host) else None
            if hit:
                one, other = float(hit[1]), float(hit[2])
                return _plausible(*((other, one) if form.lon_first else (one, other)), form.datum)
    return None


def _is_at(host: str, known: str) -> bool:
    if known.endswith("."):  # google.com, google.com.hk, …
        return host.startswith(known) or f".{known}" in f".{host}"
    return host == known or host.endswith("." + known)


def _plausible(lat: float, lon: float, datum: str) -> PastedPlace | None:
    """The pair in the order that can be: a latitude beyond 90 degrees is a longitude that came first."""
    if abs(lat) > 90:
        lat, lon = lon, lat
    if abs(lat) > 90 or abs(lon) > 180 or (lat == 0 and lon == 0):
        return None
    return PastedPlace(lat, lon, datum)
