"""A real server with the starter data, as in production, and a real Chromium.

The parts are heavy: without them the tests are skipped with a loud line, and fail instead
when REQUIRE_ALL is set.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(__file__).resolve().parent / "node_modules"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def missing(part: str, remedy: str):
    """Skip loudly, or fail where everything is required."""
    message = f"{part} is not here. {remedy}"
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(message)
    pytest.skip(f"SKIPPED: {message}")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site_environment(tmp_path_factory) -> dict[str, str]:
    """Production settings on a database of our own with the starter data."""
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "browser-tests-" + "0123456789" * 5,
        "DEBUG": "false",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "STATIC_ROOT": str(folder / "static"),
        "CACHE_DIR": str(folder / "cache"),
        "PAGE_CACHE": "true",
        "PORT": str(port),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for command in (["migrate", "--verbosity", "0"], ["load_starter"], ["collectstatic", "--noinput", "-v", "0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True
        )
    return environment


@pytest.fixture(scope="session")
def site(site_environment) -> str:
    """Address of the running server."""
    port = site_environment["PORT"]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    server = subprocess.Popen(
        [*command, "--threads", "4"],
        cwd=ROOT,
        env=site_environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/compare/", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("The site did not start within 15 seconds.")
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    if CHROMIUM is None:
        missing("Chromium", "Install Debian's package chromium to run the browser tests.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A page in a fresh context that remembers what went wrong: console errors, foreign requests."""

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

    def close(self):
        self.context.close()


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
