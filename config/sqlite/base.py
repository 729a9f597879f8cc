"""The backend itself: `DATABASE_URL=sqlite:///…` names it as the engine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from django.db.backends.sqlite3 import base

PAUSE_SECONDS = 0.05
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens files for writing ahead."""

    def get_new_connection(self, conn_params):
        """Connect, wait for the file's mode, and let commits survive the end of the process."""
        connection = super().get_new_connection(conn_params)
        write_ahead(connection, conn_params.get("timeout", 5.0))
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection


def write_ahead(connection: sqlite3.Connection, timeout: float, pause: Callable[[float], object] = time.sleep) -> None:
    """Put the file of `connection` into WAL mode, waiting up to `timeout` seconds for whoever has it locked.

    A file that is new or was restored is not in that mode yet, and SQLite lets nobody wait for this
    one change: of two processes that start together, the second is told “database is locked” at once,
    whatever its timeout. Raises sqlite3.OperationalError when the file stays locked.
    """
    attempts = max(1, round(timeout / PAUSE_SECONDS))
    for attempt in range(1, attempts + 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in LOCKED or attempt == attempts:
                raise
        pause(PAUSE_SECONDS)
