"""Finishes what a process could not: a change that is committed and missing from the standings.

A save or an import recomputes in its own process, right after its commit. Killed between the two, it leaves a
`PendingChange`. Every web process and `manage.py worker` look for such rows and take them up; whoever comes
second finds nothing to do.

The arithmetic is imported where it is needed: most processes never compute.
"""

from __future__ import annotations

import datetime as dt
import logging
from threading import Event, Lock, Thread

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from models_catalog.models import PendingChange

log = logging.getLogger("comparisons")

LOOK_SECONDS = 2.0  # between two looks, each one small query
PATIENCE = dt.timedelta(seconds=4)  # left to the process that made the change


def take_up(patience: dt.timedelta = PATIENCE) -> bool:
    """Recompute if a change has waited longer than `patience`. Return whether it was done here.

    Raises DatabaseError when the database is away or busy for too long; the change still waits then.
    """
    if not PendingChange.objects.filter(created_at__lte=timezone.now() - patience).exists():
        return False
    from comparisons import standing_store

    revision = standing_store.recompute_pending()
    if revision is not None:
        log.warning("A change was left without standings by a process that ended; they are revision %s.", revision.pk)
    return revision is not None


def watch(stop: Event, seconds: float = LOOK_SECONDS) -> None:
    """Take up what is left, again and again until `stop` is set. Trouble is logged and tried again."""
    while not stop.is_set():
        close_old_connections()
        try:
            take_up()
        except DatabaseError as error:
            log.info("Pending changes could not be taken up, and are tried again: %s", error)
        except Exception:
            log.exception("Pending changes could not be taken up. They are tried again.")
        stop.wait(seconds)
    connection.close()


class CaringApplication:
    """A WSGI application whose process starts to `watch` with its first request.

    Not earlier, because a server may load the application before it forks, and threads do not survive that.
    """

    def __init__(self, application):
        self._application, self._lock, self._started = application, Lock(), False

    def __call__(self, environ, start_response):
        if not self._started:
            self._start()
        return self._application(environ, start_response)

    def _start(self) -> None:
        with self._lock:
            if self._started:
                return
            self._started = True
        Thread(target=watch, args=(Event(),), name="caretaker", daemon=True).start()
