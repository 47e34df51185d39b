"""Every route to a person, home, tenancy or account × each scope of a role × inside and outside of its reach.

Generated from the routes, as the matrix of cases is: outside, one answers as one to nothing does; inside, it opens.
"""

import re
from typing import Any

import pytest

from tests.factories import Factories
from tests.integration.rights.landlord import SCOPES, Landlord
from tests.integration.rights.test_access_matrix import NOWHERE, Route, may_lack, routes
from webapp import access

WORDS = {
    "people": "person", "person": "person", "homes": "home", "home": "home", "assets": "home", "tenancies": "tenancy",
    "tenancy": "tenancy", "tenures": "tenancy", "accounts": "account", "account": "account",
}  # fmt: skip
_LEADING = re.compile(r"^(?:/api/v1|/record)?/(\w+)/<(?:[^:<>]+:)?(\w+)>")


def leading(factories: Factories) -> list[tuple[Route, str, str]]:
    """Return the routes that lead to something of the record, with its kind and the gap that names it."""
    found = ((one, _LEADING.match(one.rule)) for one in routes(factories.app))
    return [(one, WORDS[way[1]], way[2]) for one, way in found if way and way[1] in WORDS]


@pytest.mark.parametrize("scope", [pytest.param(s, marks=() if s == "teams" else pytest.mark.soak) for s in SCOPES])
def test_a_route_outside_is_one_to_nothing_and_inside_opens(sqlite_factories: Factories, scope: str) -> None:
    landlord = Landlord(sqlite_factories)
    user = landlord.staff[scope]
    browser, program, headers = (
        sqlite_factories.client(user=user),
        sqlite_factories.browser(),
        sqlite_factories.bearer(user),
    )

    wrong, asked = [], 0
    for one, kind, gap in leading(sqlite_factories):
        if one.method != "GET" and not one.is_api:
            continue  # it asks for its form's token first, and the form is asked for above
        client: Any = program if one.is_api else browser
        given: dict[str, Any] = {"headers": {**headers, "If-Match": "*"}} if one.is_api else {}
        given |= {"json": {}} if one.method != "GET" else {}
        outside, nothing, inside = (
            client.open(one.address({gap: str(number)}), method=one.method, **given).status_code
            for number in (landlord.outside[kind], NOWHERE, landlord.inside[kind])
        )
        asked += 1
        opens = inside not in (403, 500) and (inside != 404 or lacks(one))
        if outside != nothing or nothing not in (404, 422) or not opens or one.verb == access.PUBLIC:
            wrong.append((one.method, one.rule, outside, nothing, inside))
    assert wrong == []
    assert asked > 90


def lacks(one: Route) -> bool:
    """Say whether a route leads to what this household lacks: a part, fields of the catalogue, a merger to undo."""
    return may_lack(one) or len(one.gaps) > 1 or "/fields" in one.rule
