"""Which commits of a sender survive what: the end of a process, and a power cut.

PostgreSQL's commits survive both. SQLite in WAL mode hands each commit to the system, which keeps it
whatever becomes of the process; only `synchronous=FULL` waits for the disk as well, and that wait costs
more than the rest of a message. So a sender waits for the disk when it takes a batch, and not for the
intents within it: rows cannot be sent before the disk knows that a worker of this boot has taken them.
After a power cut those of the last batch are found taken by a worker of another boot, and nobody knows
which of them have left: `outbox.recover` makes them uncertain, as it does with a row at the dot.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import connection

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BOOT_MARK = "~"  # in the name of a worker, before the boot it belongs to


@cache
def boot() -> str:
    """Return the name of this start of the machine; empty where the system does not tell."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")[:16]
    except OSError:
        return ""


def new_worker_name() -> str:
    """Return a name no process had before, so that a row's owner fences everybody else.

    It ends with the boot where intents do not wait for the disk.
    """
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    return f"{name}{BOOT_MARK}{boot()}" if connection.vendor == "sqlite" and boot() else name


def make_durable() -> None:
    """Let commits of this connection survive a power cut (SQLite; PostgreSQL's do).

    Inside a transaction of the caller SQLite allows no such change, and its commit is the caller's.
    """
    _synchronous("FULL")


@contextlib.contextmanager
def without_waiting_for_the_disk(worker: str) -> Iterator[None]:
    """Let commits survive the end of the process only; for what `worker` does with a batch it has taken.

    Changes nothing for a worker whose name does not tell its boot.
    """
    if BOOT_MARK not in worker:
        yield
        return
    _synchronous("NORMAL")
    try:
        yield
    finally:
        _synchronous("FULL")


def _synchronous(level: str) -> None:
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous={level}")
