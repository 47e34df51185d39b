"""Has most tests of pages, and of what stands on steps, run on one database by default; the rest proves the other."""

from zlib import crc32

import pytest

FOLDERS = (
    "api", "audit", "channels", "communications", "definitions", "fields", "inbound", "law", "portal", "record",
    "rights", "studio", "templates", "web", "webhooks",
)  # fmt: skip
PAGES = tuple(f"tests/integration/{folder}/" for folder in FOLDERS)
ONE_IN = 4


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave three of four tests of pages on PostgreSQL to `make soak`; which ones, their names decide."""
    for item in items:
        is_of_pages = item.get_closest_marker("postgresql") and item.nodeid.startswith(PAGES)
        if is_of_pages and crc32(item.nodeid.encode()) % ONE_IN:
            item.add_marker(pytest.mark.soak)
