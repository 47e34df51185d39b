"""Where the pages of people, homes, tenancies, accounts and organisations are."""

from flask import url_for

PLURALS = {
    "person": "people",
    "home": "homes",
    "tenancy": "tenancies",
    "account": "accounts",
    "organisation": "organisations",
}


def address_of(link: tuple[str, int]) -> str:
    """Return the address of the documents of what a link names."""
    kind, entity_id = link
    return url_for("portal.document_lists.of_record", kind=kind, entity_id=entity_id)
