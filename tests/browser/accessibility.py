"""Looks at a page that is loaded once as axe sees it: on a desk by day and by night, and on a phone.

By default axe has one look, on the phone by day, and one by night where a test asks for it: colours are those of the
components. `make soak` has both on both. Whether the page fits is asked on both each time.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.environment.pace import is_thorough

# By night nothing but the colours is another.
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def faults_everywhere(
    page: Page, *, viewports: tuple[dict[str, int], ...] = (DESKTOP, PHONE), by_night: bool = False
) -> list[str]:
    """Return what axe finds on each screen by day and by night, and where the page is wider than the screen."""
    found, before = [], page.viewport_size
    for viewport in viewports:
        page.set_viewport_size(viewport)
        if viewport == viewports[-1] or is_thorough():
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            found += [f"{viewport['width']} wide: {fault}" for fault in faults(page)]
        if (by_night and viewport == viewports[0]) or is_thorough():
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            found += [f"{viewport['width']} wide, by night: {fault}" for fault in faults(page, runOnly=OF_COLOURS)]
        if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            found.append(f"it is wider than {viewport['width']}")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(before)
    return found


def faults(page: Page, **options: Any) -> list[str]:
    """Return what axe finds on the page as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **options})["violations"]
    return [_told(violation) for violation in found]


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return f"{violation['id']}: {violation['help']}: {nodes[0]['html'][:160]} ({len(nodes)} in all)"
