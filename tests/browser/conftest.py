"""A real server with the starter data, as in production, and a real Chromium.

The parts are heavy: without them the tests are skipped with a loud line, and fail instead
when REQUIRE_ALL is set.
"""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.browser.chromium import missing
from tests.browser.server import prepare_site, running_site

CITED = "/compare/claude-sonnet-4-5-vs-gpt-5/"
TOOLS = Path(__file__).resolve().parent / "node_modules"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def server_log(tmp_path_factory) -> Path:
    """Everything the server wrote."""
    return tmp_path_factory.mktemp("log") / "server.log"


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> Path:
    """The database of the running server."""
    return tmp_path_factory.mktemp("site") / "site.sqlite3"


@pytest.fixture(scope="session")
def site(database, server_log) -> str:
    """Address of the running server."""
    environment = prepare_site(database.parent)
    with running_site(environment, server_log) as address:
        keep_for_citing(f"{address}{CITED}cite/")
        yield address


def keep_for_citing(address: str) -> None:
    """Press the button of a pair page once, so that there is a citation to look at."""
    pressed = urllib.request.Request(address, data=b"", headers={"Sec-Fetch-Site": "same-origin"})
    with urllib.request.urlopen(pressed, timeout=20) as answer:
        assert "?rev=1" in answer.url


class Visit:
    """A page in a context of its own that remembers what went wrong: console errors, foreign requests."""

    def __init__(self, browser, site: str, **options):
        self.site = site
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._watch)

    def _watch(self, request):
        if not request.url.startswith((self.site, "data:")):
            self.foreign.append(request.url)

    def open(self, path: str):
        """Go to a path and wait until it stands."""
        return self.page.goto(self.site + path, wait_until="load")

    def forget(self):
        """Begin anew: no trouble remembered, no media emulated, a phone's size."""
        self.errors.clear()
        self.foreign.clear()
        self.page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
        self.page.set_viewport_size({"width": 360, "height": 780})

    def close(self):
        self.context.close()


@pytest.fixture(scope="session")
def _reader(chromium, site):
    one = Visit(chromium, site)
    yield one
    one.close()


@pytest.fixture
def reader(_reader) -> Visit:
    """The visit that tests share which leave no traces: a context costs more than a page."""
    _reader.forget()
    return _reader


@pytest.fixture
def visit(chromium, site):
    """Make visits; closed at the end."""
    made: list[Visit] = []

    def make(**options) -> Visit:
        made.append(Visit(chromium, site, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core's script."""
    script = TOOLS / "axe-core" / "axe.min.js"
    if not script.is_file():
        missing("axe-core", "Run npm ci in tests/browser to run the accessibility tests.")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def html_validator():
    """A function from HTML text to the validator's complaints."""
    jar = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.is_file() or shutil.which("java") is None:
        missing("The HTML validator", "Install a Java runtime and run npm ci in tests/browser.")

    def validate(files: list[Path]) -> list[str]:
        done = subprocess.run(
            ["java", "-Xss8m", "-jar", str(jar), "--errors-only", "--format", "gnu", *map(str, files)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [line for line in done.stderr.splitlines() if line.strip()]

    return validate
