"""A database of its own for worker processes, and the processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

LONG_LEASE, SHORT_LEASE = 10.0, 0.6  # seconds; short where a test waits until it is over
PROJECT = Path(settings.BASE_DIR)


@dataclass
class World:
    """The database workers see. On SQLite a copy, taken now, of the test's database; on PostgreSQL
    the test's database itself."""

    folder: Path
    port: int
    lease_seconds: float = LONG_LEASE
    processes: list[subprocess.Popen] = field(default_factory=list)

    def __post_init__(self):
        self.file = self.folder / "world.sqlite3"
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            target = sqlite3.connect(self.file)
            connection.connection.backup(target)
            target.close()
            self.url = f"sqlite:///{self.file}"
        else:
            given = connection.settings_dict
            self.url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"

    def start(self, *arguments: str, command: str = "send_newsletter", **variables: str) -> subprocess.Popen:
        """Start `command` with `arguments` as a process of its own."""
        environment = {
            **os.environ,
            "ENV_FILE": "",
            "DJANGO_SETTINGS_MODULE": "newsletter.tests.worker_settings",
            "DATABASE_URL": self.url,
            "DATABASE_POOL": "false",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "TEST_LEASE_SECONDS": str(self.lease_seconds),
            "PYTHONWARNINGS": "error",
            **variables,
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", command, *arguments],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def run(self, *arguments: str) -> str:
        """Run `send_newsletter` to its end and return what it printed."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        return output

    def wait_for_lease(self) -> None:
        """Wait until nobody can still hold a row of a dead process."""
        time.sleep(self.lease_seconds + 0.1)

    def rows(self, sql: str) -> list[tuple]:
        """Read what the workers wrote."""
        if connection.vendor == "sqlite":
            reader = sqlite3.connect(self.file, timeout=20)
            try:
                return reader.execute(sql).fetchall()
            finally:
                reader.close()
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def write(self, sql: str) -> None:
        """Change what the workers see."""
        if connection.vendor == "sqlite":
            writer = sqlite3.connect(self.file, timeout=20)
            with writer:
                writer.execute(sql)
            writer.close()
            return
        with connection.cursor() as cursor:
            cursor.execute(sql)

    def states(self) -> Counter:
        """Deliveries by state."""
        return Counter(dict(self.rows("SELECT state, COUNT(*) FROM newsletter_delivery GROUP BY state")))

    def state_of(self) -> dict[str, str]:
        """Delivery state by address."""
        sql = (
            "SELECT s.address, d.state FROM newsletter_delivery d "
            "JOIN newsletter_subscriber s ON s.id = d.subscriber_id"
        )
        return dict(self.rows(sql))

    def issue_state(self) -> str:
        return self.rows("SELECT state FROM newsletter_issue")[0][0]

    def pids(self) -> list[int]:
        """Processes that still run."""
        return [process.pid for process in self.processes if process.poll() is None]

    def close(self) -> None:
        """End every process this world started and let go of its pipes."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()
