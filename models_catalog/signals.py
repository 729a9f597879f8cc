"""One signal for "what readers see has changed", sent once after the transaction is committed.

The transaction itself keeps a `PendingChange`, so that a process killed before it sent the signal, or
before a receiver was done, leaves the work to any other (see `comparisons.caretaker`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal

# Sent with `reason` (text) and `bulk` (whether an import or another large change is part of
# it). Receivers run after commit and see every change of it.
public_data_changed = Signal()

PUBLIC_TABLES = (
    "Organization",
    "Category",
    "LanguageModel",
    "Benchmark",
    "Result",
    "Offering",
    "Price",
    "SpeedMeasurement",
)

_collecting: ContextVar[_Collection | None] = ContextVar("collecting_changes", default=None)


class _Collection:
    """Whether anything changed inside `collecting_changes`."""

    def __init__(self):
        self.changed = False
        self.bulk = False


class _Announcement:
    """The signal that the changes of one transaction share."""

    def __init__(self):
        self.reasons: list[str] = []
        self.bulk = False
        self.sent = False
        self._pending = None

    def add(self, reason: str, bulk: bool) -> None:
        """Another change of the transaction; what is new about it is kept with the pending row."""
        if self._pending is not None and (not reason or reason in self.reasons) and (self.bulk or not bulk):
            return
        if reason and reason not in self.reasons:
            self.reasons.append(reason)
        self.bulk |= bulk
        if self._pending is None:
            self._pending = apps.get_model("models_catalog", "PendingChange")()
        self._pending.reason, self._pending.bulk = self.reason, self.bulk
        self._pending.save()

    @property
    def reason(self) -> str:
        """All reasons of the transaction."""
        return "; ".join(self.reasons)

    def __call__(self) -> None:
        """Send the signal, once however often this is called."""
        if not self.sent:
            self.sent = True
            public_data_changed.send(sender=None, reason=self.reason, bulk=self.bulk)


def announce_change(reason: str = "", *, bulk: bool = False) -> None:
    """Say that public data changed. The signal goes out once per transaction, after its commit.

    Inside `collecting_changes` it only marks that something changed. `bulk` says that much may
    have changed, as in an import. Code that writes with
    bulk operations, which Django does not signal, calls this itself.
    """
    collection = _collecting.get()
    if collection is not None:
        collection.changed = True
        collection.bulk |= bulk
        return
    announcement = _pending() or _Announcement()
    announcement.add(reason, bulk)
    # Every change asks anew, because Django forgets what a rolled back savepoint asked for.
    transaction.on_commit(announcement)


def _pending() -> _Announcement | None:
    """The announcement that waits for the commit of the current transaction."""
    callbacks = (entry[1] for entry in reversed(transaction.get_connection().run_on_commit))
    return next((each for each in callbacks if isinstance(each, _Announcement) and not each.sent), None)


@contextmanager
def collecting_changes(reason: str) -> Iterator[None]:
    """Gather every change inside into one signal with `reason`, sent after commit; none if nothing changed.

    When the block raises, nothing is announced. Blocks may be nested: the outermost announces.
    """
    if _collecting.get() is not None:
        yield
        return
    collection = _Collection()
    token = _collecting.set(collection)
    try:
        yield
    finally:
        _collecting.reset(token)
    if collection.changed:
        announce_change(reason, bulk=collection.bulk)


def _row_changed(sender, instance, **_kwargs) -> None:
    announce_change(getattr(instance, "_change_reason", None) or "")


# Senders are named, not imported, so that this module can be loaded before the models are.
for _table in PUBLIC_TABLES:
    for _signal in (post_save, post_delete):
        _signal.connect(_row_changed, sender=f"models_catalog.{_table}", dispatch_uid=f"public-data-{_table}")
