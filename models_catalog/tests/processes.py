"""Other processes on the data of a test: the test's own database on PostgreSQL, a copy of it in a file on SQLite."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection


def shared_url(folder: Path) -> str:
    """Publish what is committed to other processes and give their DATABASE_URL."""
    if connection.vendor == "sqlite":
        path = folder / "shared.sqlite3"
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        return f"sqlite:///{path}"
    server = urlsplit(os.environ["DATABASE_URL"])
    return server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def start_python(url: str, code: str, *args) -> subprocess.Popen:
    """A Python process of its own on the database at `url`, with pipes to it and from it."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=settings.BASE_DIR,
    )
