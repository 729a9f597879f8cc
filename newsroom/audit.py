"""The audit log: every change of every table with who, when, why, old and new; as of a date, and as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

COLUMNS = ("when", "who", "table", "id", "object", "what", "field", "old", "new", "why")
WHAT = {"+": "created", "~": "changed", "-": "deleted"}
UNTOLD = {"created_at", "updated_at", "history_id", "history_date", "history_change_reason", "history_type"}
CHUNK = 500


@dataclass(frozen=True)
class Filters:
    """Which part of the log: days (inclusive), user key and table label, each optional."""

    since: dt.date | None = None
    until: dt.date | None = None
    user: int | None = None
    table: str = ""


@dataclass(frozen=True)
class Change:
    """One history record: fields with their old and new text; `record` is the history row."""

    table: str
    record: models.Model
    fields: tuple[tuple[str, str, str], ...]

    @property
    def what(self) -> str:
        """Created, changed or deleted."""
        return WHAT[self.record.history_type]

    @property
    def who(self) -> str:
        """The user's name; imports and commands have none."""
        return str(self.record.history_user) if self.record.history_user_id else "import or command"


def tracked() -> dict[str, type[models.Model]]:
    """Tables with a history, by lower-case name, as in `Filters.table`."""
    return {
        model._meta.model_name: model
        for model in apps.get_app_config("models_catalog").get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    }


def changes(filters: Filters) -> Iterator[Change]:
    """Changes, newest first, over all chosen tables. Streams; two queries a table and chunk."""
    chosen = {name: model for name, model in tracked().items() if filters.table in ("", name)}
    streams = [_table_changes(model, filters) for model in chosen.values()]
    return heapq.merge(
        *streams, key=lambda change: (change.record.history_date, change.record.history_id), reverse=True
    )


def _table_changes(model: type[models.Model], filters: Filters) -> Iterator[Change]:
    history = model.history.model
    rows = _chosen(history.objects.all(), filters).select_related("history_user")
    earlier = history.objects.filter(id=OuterRef("id")).filter(
        Q(history_date__lt=OuterRef("history_date"))
        | Q(history_date=OuterRef("history_date"), history_id__lt=OuterRef("history_id"))
    )
    rows = rows.annotate(
        earlier=Subquery(earlier.order_by("-history_date", "-history_id").values("history_id")[:1])
    ).order_by("-history_date", "-history_id")
    records = rows.iterator(chunk_size=CHUNK)
    fields = [field for field in history._meta.concrete_fields if field.attname in _told(model)]
    while chunk := list(islice(records, CHUNK)):
        before = history.objects.in_bulk([row.earlier for row in chunk if row.earlier])
        for row in chunk:
            yield Change(model._meta.verbose_name, row, tuple(_differences(fields, before.get(row.earlier), row)))


def _told(model: type[models.Model]) -> set[str]:
    return {field.attname for field in model._meta.concrete_fields} - UNTOLD - {"id"}


def _chosen(rows, filters: Filters):
    if filters.since:
        rows = rows.filter(history_date__gte=start_of(filters.since))
    if filters.until:
        rows = rows.filter(history_date__lt=start_of(filters.until + dt.timedelta(days=1)))
    return rows.filter(history_user=filters.user) if filters.user else rows


def start_of(day: dt.date) -> dt.datetime:
    """Midnight at which `day` begins, in the site's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _differences(fields: Iterable[models.Field], before, after) -> Iterator[tuple[str, str, str]]:
    if after.history_type == "-":
        return
    for field in fields:
        old = getattr(before, field.attname) if before else None
        new = getattr(after, field.attname)
        if old != new and not (before is None and new in ("", None)):
            yield field.name, _text(old), _text(new)


def _text(value) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def version_on(model: type[models.Model], pk: int, day: dt.date):
    """The history record that held at the end of `day`, or None if the object did not exist then."""
    end = start_of(day + dt.timedelta(days=1))
    record = model.history.filter(id=pk, history_date__lt=end).order_by("-history_date", "-history_id").first()
    return None if record is None or record.history_type == "-" else record


class _Line:
    """A file that hands back each line it is given, for csv.writer."""

    def write(self, text: str) -> str:
        return text


def csv_lines(filters: Filters) -> Iterator[str]:
    """The log as CSV, a line at a time: one row for each changed field."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for change in changes(filters):
        record = change.record
        when = record.history_date.isoformat(timespec="seconds")
        known = [when, change.who, change.table, record.id, safe_cell(_name(record)), change.what]
        why = safe_cell(record.history_change_reason or "")
        for name, old, new in change.fields or (("", "", ""),):
            yield writer.writerow([*known, name, safe_cell(old), safe_cell(new), why])


def _name(record) -> str:
    """What the object was called, without asking other tables."""
    for field in ("name", "title", "source_id", "slug"):
        if text := getattr(record, field, ""):
            return text
    return ""


def safe_cell(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula; numbers stay as they are."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        try:
            float(text)
        except ValueError:
            return f"'{text}"
    return text


def latest(count: int) -> list[Change]:
    """The newest changes of all tables."""
    return list(islice(changes(Filters(since=timezone.now().date() - dt.timedelta(days=60))), count))
