"""Imports of files: stored, checked, previewed, and written in one transaction.

A small file is checked while its sender waits, a larger one in a thread of this process;
`progress` says how far it is. The file is kept in its row until the import is written, and
for an hour at most; what a live source sent waits until somebody decides or newer rows replace it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from dataclasses import dataclass
from threading import Thread

from django.core.cache import cache
from django.db import DatabaseError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from importers.apply import apply_batch
from importers.names import queue_unknown_names
from importers.records import UnreadableSource
from models_catalog.models import Import
from newsroom.arrival_batch import prepared
from newsroom.arrival_names import let_go_of_vanished, pass_over_strangers
from newsroom.conflicts import conflicts_among
from newsroom.import_files import UploadedFile, read_upload
from newsroom.import_preview import build_preview
from newsroom.import_rules import NOBODYS, Rights, Watch, refuse_tables

logger = logging.getLogger(__name__)


State = Import.State
KEPT = dt.timedelta(hours=1)
AT_ONCE = 40_000  # bytes that are checked while the sender waits
STALLED = dt.timedelta(minutes=2)  # without a word from the thread
REASON_LENGTH = 80  # leaves room for “Import 123: ” in the history
TELL_EVERY = 0.3  # seconds


class ImportRefused(Exception):
    """An import that cannot take its next step; the message says why. Nothing was written."""


@dataclass(frozen=True)
class Progress:
    """How far a step is: what is being done, and how many rows of how many."""

    text: str
    done: int = 0
    total: int = 0


# --- steps ----------------------------------------------------------------------------------


def start(author, upload: UploadedFile, *, publish: bool) -> Import:
    """Keep the uploaded file and check it."""
    forget_old()
    entry = Import.objects.create(
        author=author,
        format=upload.format,
        table=upload.table,
        file_name=upload.name[-200:],
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        content=upload.content,
        publish=Rights.of(author, publish).publish,
        step_began_at=timezone.now(),
    )
    _launch(check, entry)
    return entry


def check_again(entry: Import) -> None:
    """Check once more, as after a name was mapped or a check broke off."""
    _begin(entry, State.CHECKING, State.READY)
    _launch(check, entry)


def confirm(entry: Import, reason: str, digest: str, *, keep_going: bool) -> None:
    """Write what the preview with this digest shows. Raises ImportRefused."""
    reason = reason.strip()
    if not reason:
        raise ImportRefused("Say why: the reason is kept in the history of every row.")
    if len(reason) > REASON_LENGTH:
        raise ImportRefused(f"The reason has {len(reason)} characters; at most {REASON_LENGTH} fit.")
    if digest != entry.digest:
        raise ImportRefused("The preview was made anew since you looked. Read it again.")
    if entry.preview.get("rejected") and not keep_going:
        raise ImportRefused("Rows are refused. Repair the file, or tick “leave the refused rows out”.")
    _begin(entry, State.WRITING, State.READY, reason=reason, keep_going=keep_going)
    _launch(write, entry)


def take(entry: Import, user, *, publish: bool) -> None:
    """Make `user` the one who goes on with an arrival that nobody has taken; checked again under their rights."""
    rights = Rights.of(user, publish)
    taken = Import.objects.filter(pk=entry.pk, author=None, state=State.READY).exclude(source="")
    if not taken.update(author=user, publish=rights.publish, updated_at=timezone.now()):
        raise ImportRefused("Somebody else has taken it meanwhile, or it was replaced. Nothing was done.")
    check_again(entry)


def leave_out(entry: Import, keys: list[str], *, shown: list[str]) -> None:
    """Write the ticked rows of an arrival and no other of those `shown`; checked again."""
    kept = set(entry.left_out) - set(shown)
    _begin(entry, State.CHECKING, State.READY, left_out=sorted(kept | set(keys)))
    _launch(check, entry)


def discard(entry: Import) -> None:
    """Remove the file of an import that is not written."""
    states = (State.READY, State.UNREADABLE, State.CHECKING)
    _begin(entry, State.DISCARDED, *states, content=None, message="Discarded.")
    let_go_of_vanished(entry)


def forget_old(now: dt.datetime | None = None) -> int:
    """Remove files kept for an hour or more; gives how many. One query."""
    before = (now or timezone.now()) - KEPT
    old = Import.objects.filter(content__isnull=False, created_at__lte=before, source="")
    old = old.exclude(state=State.WRITING, step_began_at__gt=before)
    return old.update(content=None, state=State.DISCARDED, message="Not confirmed within an hour: the file is gone.")


def _begin(entry: Import, state: str, *allowed: str, **fields) -> None:
    """Enter a state from one of `allowed`, unless somebody else did meanwhile."""
    rows = Import.objects.filter(pk=entry.pk, state__in=allowed, digest=entry.digest)
    if not rows.update(state=state, step_began_at=timezone.now(), updated_at=timezone.now(), **fields):
        raise ImportRefused("The import is in another state by now. Nothing was done.")


def _launch(step, entry: Import) -> None:
    """Run a step now if the file is small, else in a thread."""
    if entry.size <= AT_ONCE:
        step(entry.pk)
    else:
        Thread(target=_in_thread, args=(step, entry.pk), daemon=True, name=f"import-{entry.pk}").start()


def _in_thread(step, pk: int) -> None:
    try:
        step(pk)
    finally:
        connections.close_all()


# --- the work ---------------------------------------------------------------------------------


def check(pk: int) -> None:
    """Read the file, try it in a transaction that is rolled back, and store the preview."""
    entry = Import.objects.select_related("author").get(pk=pk)
    try:
        fields = _checked(entry)
    except UnreadableSource as problem:
        fields = {"state": State.UNREADABLE, "message": str(problem), "content": None}
    except Exception:
        logger.exception("Import %s could not be checked", pk)
        fields = {"state": State.UNREADABLE, "message": BROKEN, "content": None}
    # Nobody else's step, nor a discarded import, is overwritten.
    Import.objects.filter(pk=pk, state=State.CHECKING).update(**fields, updated_at=timezone.now())


def _told_of_arrival(entry: Import, watch: Watch) -> dict:
    """What an arrival's preview says beyond an upload's: the vanished rows it was stored with, and conflicts."""
    if not entry.source:
        return {}
    return {"vanished": entry.preview.get("vanished", []), "conflicts": conflicts_among(watch.lines)}


BROKEN = "The file broke our reader; the server's log says how. Nothing was written."


def _checked(entry: Import) -> dict:
    tell = Teller(entry.pk)
    tell("Reading the file")
    report, watch = _apply(entry, "Preview", tell, dry_run=True)
    queue_unknown_names(report)
    tell("Working out warnings and what readers would see")
    return {
        "state": State.READY,
        "preview": {**build_preview(report, watch.lines), **_told_of_arrival(entry, watch)},
        "digest": watch.digest(report),
        "message": "",
    }


def write(pk: int) -> None:
    """Write the import in one transaction, or nothing; then the page says why."""
    entry = Import.objects.select_related("author").get(pk=pk)
    try:
        with transaction.atomic():
            tell = Teller(pk)
            tell("Reading the file")
            report, watch = _apply(entry, f"Import {pk}: {entry.reason}", tell, dry_run=False)
            if watch.digest(report) != entry.digest:
                raise ImportRefused("What would be written has changed since you looked. Check the preview again.")
            if not report.written:
                raise ImportRefused("Nothing was written, because rows are refused.")
            written = {"state": State.WRITTEN, "written_at": timezone.now(), "content": None, "message": ""}
            Import.objects.filter(pk=pk).update(**written, updated_at=timezone.now())
            let_go_of_vanished(entry)
    except (ImportRefused, UnreadableSource) as problem:
        _back_to_preview(pk, str(problem))
    except DatabaseError:
        logger.exception("Import %s was refused by the database", pk)
        _back_to_preview(pk, "The database refused the import, and nothing was written. Check the preview again.")
    except Exception:
        logger.exception("Import %s could not be written", pk)
        _back_to_preview(pk, "The import broke off, and nothing was written; the server's log says why.")


def _back_to_preview(pk: int, message: str) -> None:
    """Make the preview anew and say above it why nothing was written."""
    Import.objects.filter(pk=pk, state=State.WRITING).update(state=State.CHECKING, step_began_at=timezone.now())
    check(pk)
    Import.objects.filter(pk=pk, state=State.READY).update(message=message)


def _apply(entry: Import, reason: str, tell: Teller, *, dry_run: bool):
    """Read and apply the file under its author's rights; gives report and watch."""
    if entry.content is None:
        raise UnreadableSource("The file is gone: an import is kept for an hour.")
    batch = read_upload(UploadedFile(entry.format, entry.file_name, bytes(entry.content), entry.table))
    if entry.source:
        prepared(batch, entry.created_at.date(), entry.left_out)
    if entry.author is None:  # an arrival that nobody has taken yet
        watch = Watch(NOBODYS)
    else:
        refuse_tables(batch, entry.author)
        watch = Watch(Rights.of(entry.author, entry.publish))
    batch.trusted = batch.trusted or watch.rights.publish
    report = apply_batch(
        batch,
        reason=reason,
        dry_run=dry_run,
        keep_going=entry.keep_going,
        user=entry.author,
        progress=tell.rows,
        make_run=watch.run,
    )
    if entry.source:
        pass_over_strangers(report, entry.source)
    return report, watch


# --- progress -----------------------------------------------------------------------------------


class Teller:
    """Tells other processes how far a step is, through the cache: the database is busy with the step."""

    def __init__(self, pk: int):
        self._key, self._next = _progress_key(pk), 0.0

    def __call__(self, text: str, done: int = 0, total: int = 0) -> None:
        cache.set(self._key, {"text": text, "done": done, "total": total, "at": time.time()}, 3600)

    def rows(self, table: str, done: int, total: int) -> None:
        """As `apply_batch` reports it."""
        if time.monotonic() >= self._next or done == total:
            self._next = time.monotonic() + TELL_EVERY
            self(f"Looking at {table.replace('_', ' ')}", done, total)


def _progress_key(pk: int) -> str:
    return f"newsroom-import-{pk}"


def progress(entry: Import) -> Progress:
    """How far the present step is, as told last. Reads the cache only."""
    told = cache.get(_progress_key(entry.pk)) or {}
    return Progress(told.get("text", "Waiting for the check to begin"), told.get("done", 0), told.get("total", 0))


def is_stalled(entry: Import) -> bool:
    """Whether a step has been silent for so long that its process must be gone."""
    if entry.state not in (State.CHECKING, State.WRITING):
        return False
    told = cache.get(_progress_key(entry.pk)) or {}
    last = max(told.get("at", 0.0), entry.step_began_at.timestamp())
    return timezone.now().timestamp() - last > STALLED.total_seconds()


def resume(entry: Import) -> None:
    """Check a stalled import again. A writing that broke off has written nothing."""
    if not is_stalled(entry):
        raise ImportRefused("The step is still running.")
    _begin(entry, State.CHECKING, State.CHECKING, State.WRITING)
    _launch(check, entry)


def listed() -> QuerySet[Import]:
    """Imports without their files."""
    return Import.objects.defer("content").select_related("author")
