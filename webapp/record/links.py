"""Addresses of the pages of the record, and of a place on a map."""

from urllib.parse import urlencode

from models.places import Asset
from webapp.portal.record_addresses import PLURALS

MAP = "https://www.openstreetmap.org"


def address_of(kind: str, row_id: int) -> str:
    """Return the address of an entity's page."""
    return f"/{PLURALS[kind]}/{row_id}"


def map_address(home: Asset) -> str:
    """Return where a place is on OpenStreetMap: by its coordinates, else looked up by its address."""
    if home.latitude is not None and home.longitude is not None:
        at = {"mlat": f"{home.latitude:f}", "mlon": f"{home.longitude:f}"}
        return f"{MAP}/?{urlencode(at)}#map=18/{at['mlat']}/{at['mlon']}"
    return f"{MAP}/search?{urlencode({'query': home.one_line})}" if home.one_line else ""
