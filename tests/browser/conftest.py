"""Gives tests a real browser, and fails the test when a page complained in it."""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

ADVICE = "no browser here: apt-get install -y chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

PATIENCE = 60_000  # milliseconds: nothing is waited for longer than it takes, and a machine may have others to serve

expect.set_options(timeout=PATIENCE)
IdlePages = defaultdict[str, list[Page]]
OPENED = pytest.StashKey[list[tuple[Page, dict[str, Any]]]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder; `make soak` has axe look closer in them."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.drawn)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Have pages leave before their site is taken down: a picture that is still on its way would complain."""
    for page, options in item.stash.get(OPENED, []):
        if not page.is_closed():
            _clear(page, options)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this machine."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(ADVICE)
    is_root = os.geteuid() == 0  # Chromium's own sandbox refuses to start as root
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, *(["--no-sandbox"] if is_root else [])]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def idle_pages() -> IdlePages:
    """Pages that tests have done with, by the options they were opened with: a new one takes the browser a second."""
    return defaultdict(list)


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser, idle_pages: IdlePages) -> Iterator[Callable[..., Page]]:
    """Open pages by `open_page(viewport=…, color_scheme=…)`; what any of them complains about fails the test.

    A page that another test had is as a new one: it shows nothing, and its cookies and all that it stored are gone.
    """
    opened = request.node.stash[OPENED] = []
    complaints: list[str] = []

    def note_error(error: Error) -> None:
        complaints.append(str(error))

    def note_message(message: ConsoleMessage) -> None:
        complaints.extend(_complaint(message))

    def make(**options: Any) -> Page:
        options = {"viewport": DESKTOP, **options}
        idle = idle_pages[_kind(options)]
        page = idle.pop() if idle else _new_page(browser, options)
        page.on("pageerror", note_error)
        page.on("console", note_message)
        opened.append((page, options))
        return page

    yield make
    for page, options in opened:
        if page.is_closed():
            page.context.close()
            continue
        page.remove_listener("pageerror", note_error)
        page.remove_listener("console", note_message)
        idle_pages[_kind(options)].append(page)
    assert complaints == []


def _kind(options: dict[str, Any]) -> str:
    return repr(sorted(options.items()))


def _new_page(browser: Browser, options: dict[str, Any]) -> Page:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", **options)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def _clear(page: Page, options: dict[str, Any]) -> None:
    """Leave nothing on a page of what a test did with it; scripts that it planted stay: such a test closes its page."""
    address = urlsplit(page.url)
    page.unroute_all()
    page.goto("about:blank")
    page.context.clear_cookies()
    protocol = page.context.new_cdp_session(page)
    protocol.send(
        "Storage.clearDataForOrigin", {"origin": f"{address.scheme}://{address.netloc}", "storageTypes": "all"}
    )
    protocol.detach()
    page.set_viewport_size(options["viewport"])
    page.emulate_media(color_scheme=options.get("color_scheme", "light"), reduced_motion="no-preference")
    page.mouse.move(0, 0)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page as wide as a desk's screen."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a phone: 360 wide, touched."""
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def page_without_script(open_page: Callable[..., Page]) -> Page:
    """A page in a browser that runs no JavaScript."""
    return open_page(java_script_enabled=False)


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors and broken content policies count; an answer such as 409 or 422 that a test asked for does not."""
    is_answer = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    return [f"{message.type}: {message.text}"] if message.type == "error" and not is_answer else []
