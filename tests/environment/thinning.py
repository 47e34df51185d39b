"""Has most tests of pages run on one database by default: what differs between the two is proved beneath the pages."""

from zlib import crc32

import pytest

PAGES = tuple(f"tests/integration/{folder}/" for folder in ("api", "audit", "portal", "studio", "web"))
ONE_IN = 3


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave two of three tests of pages on PostgreSQL to `make soak`; which ones, their names decide."""
    for item in items:
        is_of_pages = item.get_closest_marker("postgresql") and item.nodeid.startswith(PAGES)
        if is_of_pages and crc32(item.nodeid.encode()) % ONE_IN:
            item.add_marker(pytest.mark.soak)
