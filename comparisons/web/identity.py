"""What all pages of this moment have in common: data, day, code and settings. Two sites that agree in it print the same."""

from __future__ import annotations

import hashlib
import time
from pathlib import PurePath

from django.conf import settings
from django.core.signals import setting_changed
from django.db import DatabaseError, connection
from django.db.models import Max
from django.dispatch import receiver
from django.utils import timezone

from comparisons.models import Change, DatasetRevision, StandingSnapshot
from comparisons.signals import standings_recomputed
from models_catalog.models import PendingChange

FRESH_SECONDS = 1.0  # how long a process may believe a state without asking
STALE_SECONDS = 600.0  # how long it may go on with the last one while the database is away
WAITING = ".waiting"
# Settings that change nothing a page prints, and secrets, which have no business in a name.
UNPRINTED = ("SECRET", "DATABASE", "CACHE", "LOG", "PASSWORD", "EMAIL", "PEPPER", "BASE_DIR", "STATIC_ROOT")


class RevisionMemory:
    """The state of the public data as this process knows it, asked for at most once a second."""

    def __init__(self):
        self._state, self._until, self._seen = "", 0.0, 0.0
        self.recomputing = False  # as of the last look: data have changed and the standings do not hold it yet

    def state(self) -> str:
        """The current snapshots, the revision, and the newest change, which is written just after it.

        Snapshots have ids of their own, so that a restored database never names the pages it was restored away
        from. Pages made before the standings hold a change have a state of their own, and say so. While the
        database is away the last state holds for a while; then the error is raised.
        """
        now = time.monotonic()
        if now >= self._until:
            try:
                self._state = self._read()
                self.recomputing = self._state.endswith(WAITING)
                self._seen = now
            except DatabaseError:
                if not self._seen or now - self._seen > STALE_SECONDS:
                    raise
            self._until = now + FRESH_SECONDS
        return self._state

    @staticmethod
    def _read() -> str:
        if not connection.in_atomic_block:  # this runs before any request of Django's has looked after it
            connection.close_if_unusable_or_obsolete()
        ids = sorted(str(pk) for pk in StandingSnapshot.objects.filter(current=True).values_list("pk", flat=True))
        newest = Change.objects.aggregate(newest=Max("pk"))["newest"] or 0
        revision = DatasetRevision.objects.aggregate(newest=Max("number"))["newest"] or 0
        waiting = WAITING if PendingChange.objects.exists() else ""
        return f"{revision}.{newest}.{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:12]}{waiting}"

    def forget(self) -> None:
        """Ask again at the next request."""
        self._until, self.recomputing = 0.0, False


class PrintedSettings:
    """A short name for all settings that may change what is printed."""

    def __init__(self):
        self._name = ""

    def name(self) -> str:
        """The name, worked out once."""
        if not self._name:
            plain = (str, int, float, bool, tuple, list, type(None), PurePath)
            said = [
                f"{key}={getattr(settings, key)!r}"
                for key in sorted(dir(settings))
                if key.isupper()
                and not any(word in key for word in UNPRINTED)
                and isinstance(getattr(settings, key), plain)
            ]
            self._name = hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]
        return self._name

    def forget(self) -> None:
        """Work it out again."""
        self._name = ""


revision = RevisionMemory()
printed_settings = PrintedSettings()


def current_identity() -> str:
    """The name of everything that pages of this moment depend on, but for their address."""
    return f"{revision.state()}-{timezone.now():%Y%m%d}-{settings.RELEASE}-{printed_settings.name()}"


@receiver(standings_recomputed, dispatch_uid="comparisons.web.identity")
def forget_revision(**kwargs) -> None:
    """The process that recomputed sees the new revision at once."""
    revision.forget()


@receiver(setting_changed, dispatch_uid="comparisons.web.identity.settings")
def forget_settings(**kwargs) -> None:
    """Tests change settings under a running process."""
    printed_settings.forget()
