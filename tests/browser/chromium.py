"""The one Chromium of every test and of the camera."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_CHROMIUM = "Install Debian's package chromium."
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ALLOW = "DJANGO_ALLOW_ASYNC_UNSAFE"


def missing(part: str, remedy: str):
    """Skip loudly, or fail where everything is required."""
    message = f"{part} is not here. {remedy}"
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(message)
    pytest.skip(f"SKIPPED: {message}")


@contextlib.contextmanager
def chromium_running() -> Iterator:
    """A Playwright browser until the block ends.

    Playwright's synchronous API keeps an event loop running in this thread for that long, also while
    its caller does something else, and Django refuses its database to a thread with a loop. Whoever
    holds a browser for a session thereby holds it through every test after; so the refusal is lifted here.
    """
    if CHROMIUM is None:
        missing("Chromium", NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    before = os.environ.get(ALLOW)
    with sync_playwright() as playwright:
        os.environ[ALLOW] = "true"
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield browser
            browser.close()
        finally:
            if before is None:
                del os.environ[ALLOW]
            else:
                os.environ[ALLOW] = before
