"""One run of a live source: fetch, read, compare, let it wait in the newsroom, and remember how it went.

Nothing is deleted because a source forgot it, and nothing is published but prices of a source that is
trusted with them. Whatever goes wrong is one sentence in the source's row; other sources go on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from importers.apply import apply_batch
from importers.names import queue_unknown_names
from importers.records import Batch, UnreadableSource
from importers.report import UPDATED, ImportReport
from importers.sync.download import Downloaded, DownloadError, Validators, download
from importers.sync.sources import SOURCES, LiveSource
from models_catalog.core import display
from models_catalog.models import Import
from models_catalog.models import LiveSource as State
from newsroom.arrival_batch import key_of, prepared, prices_only, rows_of
from newsroom.arrival_names import pass_over_strangers
from newsroom.conflicts import conflicts_among, twins_among
from newsroom.core.sheet import CREATE
from newsroom.import_files import LARGEST_UPLOAD, UploadedFile, read_upload
from newsroom.import_preview import build_preview, with_price_warnings
from newsroom.import_rules import NOBODYS, TABLE_OF, Watch

logger = logging.getLogger(__name__)

FIRST_PAUSE = dt.timedelta(hours=1)  # doubled after each further failure
LONGEST_PAUSE = dt.timedelta(days=1)
EARLY = dt.timedelta(minutes=30)  # a timer that fires a little early still counts
RENEWED_EVERY = dt.timedelta(days=7)  # the day a price was last seen is moved no oftener: pages are made anew for it
MOST_TOLD = 200  # vanished rows kept by name; the rest is counted
NEW = Validators()
BROKEN = "What it sent broke our reader; the server's log says how. Nothing was taken."


@dataclass(frozen=True)
class Outcome:
    """How a run of one source went, in words; `arrived` is the import that waits because of it."""

    source: LiveSource
    words: str
    failed: bool = False
    arrived: Import | None = None


@dataclass
class Arrival:
    """What a source sent, while it is looked at. `rows` are all its figures, `vanished` those it gave before."""

    source: LiveSource
    content: bytes
    day: dt.date
    batch: Batch
    rows: dict[str, str]
    vanished: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)  # keys of results that are recorded already
    shrunk: str = ""
    published: int = 0
    renewed: int = 0  # prices of its own that it still gives

    @property
    def upload(self) -> UploadedFile:
        return UploadedFile(self.source.reader, self.source.file_name, self.content)


# --- which sources ------------------------------------------------------------------------


def states() -> dict[str, State]:
    """The row of every source by its key, unsaved where the source has none yet. One query."""
    known = {state.key: state for state in State.objects.defer("rows")}
    return {source.key: known.get(source.key) or _fresh(source) for source in SOURCES}


def _fresh(source: LiveSource) -> State:
    return State(key=source.key, enabled=source.starts_enabled)


def make_rows() -> None:
    """Give every source its row, for pages that list them."""
    missing = [state for state in states().values() if state.pk is None]
    if missing:
        State.objects.bulk_create(missing, ignore_conflicts=True)


def due(now: dt.datetime) -> list[LiveSource]:
    """The enabled sources whose time has come, in the order of `SOURCES`."""
    known = states()

    def is_due(state: State) -> bool:
        return state.enabled and (state.next_due_at is None or state.next_due_at <= now + EARLY)

    return [source for source in SOURCES if is_due(known[source.key])]


def _silent(words: str) -> None:
    """Tell nobody."""


# --- one run --------------------------------------------------------------------------------


def run(source: LiveSource, *, dry_run: bool = False, afresh: bool = False, tell=_silent, wait=None) -> Outcome:
    """Ask one source and let what is new wait. Never raises for what a source does; a dry run writes nothing.

    `afresh` reads what came even if it is what came last, as after names were mapped.
    """
    state = State.objects.filter(key=source.key).first() or _fresh(source)
    if not dry_run and state.pk is None:
        state.save()
    if afresh:
        state.etag = state.last_modified = state.sha256 = ""
    now = timezone.now()
    validators = Validators(state.etag, state.last_modified)
    if source.has_prices and _may_renew(state):
        validators = NEW  # what did not change is asked for all the same, to see again what it says
    try:
        tell("asking")
        got = source.fetch(_getter(wait), validators)
        outcome = _looked_at(source, state, got, tell, dry_run=dry_run)
    except DownloadError as problem:
        return _failed(source, state, str(problem), dt.timedelta(seconds=problem.retry_after), dry_run=dry_run)
    except UnreadableSource as problem:
        words = f"{problem} Nothing was taken; the layout may have changed."
        return _failed(source, state, words, dry_run=dry_run)
    except Exception:
        logger.exception("The live source %s could not be taken in", source.key)
        return _failed(source, state, BROKEN, dry_run=dry_run)
    if not dry_run:
        _remember(state, outcome.words, last_good_at=now, next_due_at=now + dt.timedelta(days=source.days), failures=0)
    return outcome


def _getter(wait):
    options = {} if wait is None else {"wait": wait}
    agent = f"Evenbench sync ({settings.SITE_URL})"

    def get(address: str, validators: Validators = NEW) -> Downloaded:
        return download(address, most_bytes=LARGEST_UPLOAD, user_agent=agent, validators=validators, **options)

    return get


def _failed(source, state: State, words: str, asked: dt.timedelta = dt.timedelta(), *, dry_run: bool) -> Outcome:
    """Remember a failure; the next try waits longer each time, and as long as the source asked for."""
    if not dry_run:
        pause = min(FIRST_PAUSE * 2 ** min(state.failures, 10), LONGEST_PAUSE)
        due_at = timezone.now() + max(pause, asked)
        _remember(state, words, next_due_at=due_at, failures=state.failures + 1)
    return Outcome(source, words, failed=True)


def _remember(state: State, words: str, **fields) -> None:
    now = timezone.now()
    State.objects.filter(pk=state.pk).update(last_tried_at=now, last_answer=words, updated_at=now, **fields)


def _looked_at(source: LiveSource, state: State, got: Downloaded, tell, *, dry_run: bool) -> Outcome:
    """Compare what came with what is known, and let the difference wait."""
    digest = hashlib.sha256(got.content).hexdigest() if got.content is not None else state.sha256
    unchanged = got.content is None or digest == state.sha256
    if got.content is None or (unchanged and not (source.has_prices and _may_renew(state))):
        return Outcome(source, f"Nothing new: unchanged since the last run.{_still_waiting(source)}")
    tell("reading")
    upload = UploadedFile(source.reader, source.file_name, got.content)
    batch = read_upload(upload)
    rows = rows_of(batch)
    _require_readable(batch, rows)
    arrival = Arrival(source, got.content, timezone.now().date(), batch, rows)
    _compare_with_last(arrival, state)
    prepared(batch, arrival.day)
    tell("comparing")
    _, watch = _tried(batch)
    if not dry_run and not arrival.shrunk:
        _renew(arrival, state, watch)
    if unchanged:
        words = f"Nothing new: unchanged since the last run.{_still_waiting(source)}"
        return Outcome(source, f"{_renewed_words(arrival)}{words}")
    arrival.twins = twins_among(watch.lines)
    if arrival.twins:
        prepared(batch, arrival.day, set(arrival.twins))
    if dry_run:
        _, watch = _tried(batch)
        return Outcome(source, _words(arrival, watch, conflicts_among(watch.lines)))
    if state.trusted_prices and not arrival.shrunk:
        _publish_prices(arrival)
    outcome = _let_wait(arrival)
    seen = {**dict.fromkeys(arrival.vanished, ""), **rows}
    validators = {"etag": got.validators.etag[:300], "last_modified": got.validators.last_modified[:60]}
    State.objects.filter(pk=state.pk).update(rows=seen, sha256=digest, **validators)
    return outcome


def _still_waiting(source: LiveSource) -> str:
    waits = Import.objects.filter(source=source.key, state=Import.State.READY).exists()
    return " The last arrival still waits in the newsroom." if waits else ""


def _require_readable(batch: Batch, rows: dict[str, str]) -> None:
    """Refuse a source of whose layout little can be read: what is left of it would only look like vanished rows."""
    problems = len({(each.file, each.line) for each in batch.problems})
    if not rows or problems > len(rows):
        first = f" The first: {batch.problems[0]}" if batch.problems else ""
        raise UnreadableSource(f"It holds {len(rows)} rows that can be read and {problems} that cannot.{first}")


def _compare_with_last(arrival: Arrival, state: State) -> None:
    arrival.vanished = [name for name in state.rows if name not in arrival.rows]
    if state.rows and len(arrival.vanished) * 2 >= len(state.rows):
        arrival.shrunk = (
            f" {len(arrival.vanished)} of the {len(state.rows)} rows it gave before are missing, which may be a fault of "
            "the source; nothing is deleted or published because of it."
        )


def _tried(batch: Batch) -> tuple[ImportReport, Watch]:
    watch = Watch(NOBODYS)
    return apply_batch(batch, reason="Preview", dry_run=True, keep_going=True, make_run=watch.run), watch


def _may_renew(state: State) -> bool:
    """Whether it is a week since the prices of the source were last marked as seen."""
    return state.renewed_on is None or timezone.now().date() - state.renewed_on >= RENEWED_EVERY


def _renew(arrival: Arrival, state: State, watch: Watch) -> None:
    """Move the day on which prices were last seen, of those that came from this source and still stand in it.

    That needs no trust: no figure changes, and nothing is said but what was seen. A price that another source
    gave keeps its day, since that is when it stood on that source's page.
    """
    if not _may_renew(state):
        return
    keys = {key for key, seen_on in watch.seen_again.items() if seen_on is None or seen_on < arrival.day}
    if keys:
        reason = f"Seen again at {arrival.source.name}, by sync"
        apply_batch(prices_only(arrival.batch, keys), reason=reason, keep_going=True)
    arrival.renewed = len(keys)
    State.objects.filter(pk=state.pk).update(renewed_on=arrival.day)


def _renewed_words(arrival: Arrival) -> str:
    return f"{display.counted(arrival.renewed, 'price')} seen again. " if arrival.renewed else ""


def _publish_prices(arrival: Arrival) -> None:
    """Write the prices of offers we know that no other source disputes; the history and change log name the source."""
    _, watch = _tried(arrival.batch)
    disputed = {each["key"] for each in conflicts_among(watch.lines)}
    suspect = {line.key for line in watch.lines if with_price_warnings(line).warnings}
    keys = {key_of("prices", price) for price in arrival.batch.prices} - disputed - suspect
    lines = [line for line in watch.lines if line.table == "prices" and line.key in keys]
    if lines:
        written = apply_batch(
            prices_only(arrival.batch, keys), reason=f"Prices of {arrival.source.name}, by sync", keep_going=True
        )
        arrival.published = min(len(lines), written.tables["prices"]["created"] + written.tables["prices"][UPDATED])


def _let_wait(arrival: Arrival) -> Outcome:
    """Store what is still to be decided as an import, in the place of an earlier arrival that nobody decided about."""
    report, watch = _tried(arrival.batch)
    pass_over_strangers(report, arrival.source.key)
    queue_unknown_names(report)
    conflicts = conflicts_among(watch.lines)
    words = _words(arrival, watch, conflicts)
    digest, sha256 = watch.digest(report), hashlib.sha256(arrival.content).hexdigest()
    with transaction.atomic():
        waiting = Import.objects.filter(
            source=arrival.source.key, state__in=(Import.State.READY, Import.State.UNREADABLE)
        )
        same = waiting.filter(sha256=sha256, state=Import.State.READY).defer("content").first()
        if same is not None and (watch.lines or arrival.vanished):
            return Outcome(arrival.source, words, arrived=same)
        waiting.update(state=Import.State.DISCARDED, content=None, message="Replaced by a newer arrival.")
        if not watch.lines and not arrival.vanished:  # twins alone are nothing to decide
            return Outcome(arrival.source, words)
        told = {"vanished": arrival.vanished[:MOST_TOLD], "conflicts": conflicts}
        entry = Import.objects.create(
            source=arrival.source.key,
            format=arrival.source.reader,
            file_name=arrival.source.file_name,
            size=len(arrival.content),
            sha256=sha256,
            content=arrival.content,
            keep_going=True,
            left_out=arrival.twins,
            state=Import.State.READY,
            step_began_at=timezone.now(),
            preview={**build_preview(report, watch.lines), **told},
            digest=digest,
            message=arrival.shrunk.strip(),
        )
    return Outcome(arrival.source, words, arrived=entry)


def _words(arrival: Arrival, watch: Watch, conflicts: list) -> str:
    """One line: what is new, changed, vanished and in conflict."""
    lines = [line for line in watch.lines if line.table in TABLE_OF]  # not the runs that stand behind results
    new = sum(line.action == CREATE for line in lines)
    parts = [
        (new, "new"),
        (len(lines) - new, "changed"),
        (len(arrival.vanished), "vanished"),
        (len(conflicts), "in conflict"),
    ]
    told = [f"{display.count(count)} {word}" for count, word in parts if count]
    published = f"{display.counted(arrival.published, 'price')} published. " if arrival.published else ""
    if arrival.twins:
        told.append(f"{display.count(len(arrival.twins))} recorded already")
    words = ", ".join(told) + "." if told else f"Nothing new among {display.count(len(arrival.rows))} rows."
    return f"{_renewed_words(arrival)}{published}{words}{arrival.shrunk}"
