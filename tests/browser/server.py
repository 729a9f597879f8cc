"""The site as in production, with the starter data, for browsers of tests and of the camera."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare_site(folder: Path) -> dict[str, str]:
    """Production settings on a new database in `folder` with the starter data; the environment to run it in."""
    port = free_port()
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "browser-tests-" + "0123456789" * 5,
        "DEBUG": "false",
        "STRICT_TEMPLATES": "true",
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


@contextlib.contextmanager
def running_site(environment: dict[str, str], log: Path) -> Iterator[str]:
    """Serve the prepared site while the block runs; its address. What the server says goes to `log`.

    Raises RuntimeError when it does not start.
    """
    bind = f"127.0.0.1:{environment['PORT']}"
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi", "--bind", bind]
    with log.open("wb") as output:
        server = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(f"http://{bind}/compare/", server, log)
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The site did not start. Its log:\n{log.read_text(errors='replace')[-2000:]}")
