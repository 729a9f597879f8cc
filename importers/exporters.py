"""Writes the whole catalogue as the CSV layout that `import_data csv` reads.

Export, import into an empty database, export again: the files are the same, byte for byte.
Reports, history and unknown names are no facts about models and stay in the database.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from importers.csv_layout import FILES, FORMER_FILES, TABLES, Table
from importers.records import PartialDate
from models_catalog.core import item_codes
from models_catalog.core.specs import is_part
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    EvaluationRun,
    GoneModel,
    ItemSet,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Offering,
    Organization,
    Price,
    Result,
    RunFigure,
    SpeedMeasurement,
)

FIXED_CELLS = {"currency": "USD", "per": "1M tokens"}
Row = dict[str, Any]  # record field → value


class ExportRefused(Exception):
    """The folder cannot be written to; the message says why and what to do."""


def export_catalogue(folder: Path) -> dict[str, int]:
    """Write every file of the layout into `folder`; returns file → rows.

    `folder` is created if need be. Raises `ExportRefused` if it holds anything but files of
    the layout. Each file is replaced as a whole, so a reader never sees half of one.
    """
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(f"{folder} is a file. Name a folder.")
    ours = {*FILES, *FORMER_FILES}
    strangers = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours) if folder.is_dir() else []
    if strangers:
        raise ExportRefused(f"{folder} holds {strangers[0]}, which no export wrote. Name an empty or a new folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        counts = {}
        for table in TABLES:
            rows = table_rows(table)
            write_atomically(folder / table.file, as_csv(table, rows))
            counts[table.file] = len(rows)
            if table.former_file:
                (folder / table.former_file).unlink(missing_ok=True)
    except OSError as error:
        raise ExportRefused(f"{folder} cannot be written: {error.strerror}.") from error
    return counts


def write_atomically(path: Path, text: str) -> None:
    """Put `text` (UTF-8, line ends as they are) at `path` in one step: all of it or nothing."""
    handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        os.chmod(draft, 0o644)  # mkstemp makes it private; an export is there to be read
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def as_csv(table: Table, rows: list[Row]) -> str:
    """The text of one file: header and rows, in the order given."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.header for column in table.columns] + list(table.fixed))
    fixed = [FIXED_CELLS[header] for header in table.fixed]
    for row in rows:
        row = table.separate(row) if table.separate else row
        writer.writerow([column.kind.write(row[column.field]) for column in table.columns] + fixed)
    return text.getvalue()


def table_rows(table: Table) -> list[Row]:
    """All rows of one file of the layout, in an order that does not depend on the database."""
    gather, order = SOURCES[table.target]
    return sorted(gather(), key=lambda row: tuple(_sortable(row[name]) for name in order))


def _sortable(value: Any) -> tuple[bool, Any]:
    """Unknown before known, so that mixed columns can be sorted."""
    return value is not None, value


def _plain(queryset) -> Iterator[Row]:
    """Rows whose record fields are the table's own."""
    return iter(queryset.values())


def _models() -> Iterator[Row]:
    for row in LanguageModel.objects.values(*_own_fields(LanguageModel), "lab__slug"):
        row["lab"] = row["lab__slug"]
        for name in ("release_date", "knowledge_cutoff"):
            row[name] = row[name] and PartialDate(row[name], row[f"{name}_precision"])
        yield row


def _redirects() -> Iterator[Row]:
    for old, model in ModelSlugRedirect.objects.values_list("old_slug", "model__slug"):
        yield {"old_slug": old, "model": model, "gone": False, "note": ""}
    for old, model, note in GoneModel.objects.values_list("old_slug", "successor__slug", "note"):
        yield {"old_slug": old, "model": model or "", "gone": True, "note": note}


def _aliases() -> Iterator[Row]:
    for row in ModelAlias.objects.values("dataset", "source_id", "model__slug"):
        yield {**row, "model": row["model__slug"]}


def _benchmarks() -> Iterator[Row]:
    linked = {"category": "category__slug", "superseded_by": "superseded_by__slug"}
    for row in Benchmark.objects.values(*_own_fields(Benchmark), *linked.values()):
        yield {**row, **{name: row[path] or "" for name, path in linked.items()}}


def _benchmark_aliases() -> Iterator[Row]:
    for row in BenchmarkAlias.objects.values("dataset", "source_id", "benchmark__slug"):
        yield {**row, "benchmark": row["benchmark__slug"]}


def _results() -> Iterator[Row]:
    paths = ("model__slug", "benchmark__slug", "benchmark__items")
    for row in Result.objects.values(*_own_fields(Result), *paths):
        row["standard"] = row["standard"] and not is_part(row["items_run"], row["benchmark__items"])
        yield {**row, "model": row["model__slug"], "benchmark": row["benchmark__slug"]}


def _bare_offerings() -> Iterator[Row]:
    """Offerings that no price or speed names."""
    bare = Offering.objects.filter(prices=None, speeds=None)
    for row in bare.values("model__slug", "provider__slug", "first_party"):
        yield {
            "model": row["model__slug"],
            "provider": row["provider__slug"],
            "first_party": row["first_party"],
        }


def _of_offerings(table: type[Price | SpeedMeasurement]) -> Callable[[], Iterator[Row]]:
    """Rows of a table that hangs on offerings, with model, provider and first_party."""
    path = {"model": "offering__model__slug", "provider": "offering__provider__slug"}
    path["first_party"] = "offering__first_party"

    def gather() -> Iterator[Row]:
        for row in table.objects.values(*_own_fields(table), *path.values()):
            yield {**row, **{name: row[source] for name, source in path.items()}}

    return gather


def _runs() -> Iterator[Row]:
    for row in EvaluationRun.objects.values(*_own_fields(EvaluationRun), "model__slug", "benchmark__slug"):
        yield {**row, "model": row["model__slug"] or "", "benchmark": row["benchmark__slug"] or ""}


def _item_sets() -> Iterator[Row]:
    for stored in ItemSet.objects.order_by("digest").iterator():
        for position, (item, group, digest) in enumerate(stored.entries):
            yield {"item_set": stored.digest, "position": position, "item": item, "group": group, "digest": digest}


def _run_figures() -> Iterator[Row]:
    path = {
        "tool": "run__tool",
        "run_key": "run__run_key",
        "result_dataset": "result__dataset",
        "result_row_id": "result__row_id",
        "item_set": "item_scores__item_set__digest",
        "item_attempts": "item_scores__attempts",
        "item_scores": "item_scores__packed",
    }
    for row in RunFigure.objects.values(*_own_fields(RunFigure), *path.values()):
        found = {**row, **{name: row[source] or "" for name, source in path.items()}}
        packed = found["item_scores"]
        yield {
            **found,
            "item_attempts": found["item_attempts"] or None,
            "item_scores": item_codes.unpack(bytes(packed)) if packed else "",
        }


def _own_fields(table) -> list[str]:
    return [field.name for field in table._meta.concrete_fields if not field.is_relation]


# list of a batch → (where its rows come from, fields that order them)
SOURCES: dict[str, tuple[Callable[[], Iterator[Row]], tuple[str, ...]]] = {
    "categories": (lambda: _plain(Category.objects), ("position", "slug")),
    "organizations": (lambda: _plain(Organization.objects), ("slug",)),
    "models": (_models, ("slug",)),
    "redirects": (_redirects, ("old_slug",)),
    "aliases": (_aliases, ("dataset", "source_id")),
    "benchmarks": (_benchmarks, ("slug",)),
    "benchmark_aliases": (_benchmark_aliases, ("dataset", "source_id")),
    "results": (
        _results,
        ("model", "benchmark", "dataset", "row_id", "variant", "method", "source_url", "measured_on"),
    ),
    "runs": (_runs, ("tool", "run_key")),
    "item_sets": (_item_sets, ("item_set", "position")),
    "run_figures": (_run_figures, ("tool", "run_key", "metric", "filter", "reducer")),
    "offerings": (_bare_offerings, ("model", "provider")),
    "prices": (_of_offerings(Price), ("model", "provider", "valid_from")),
    "speeds": (_of_offerings(SpeedMeasurement), ("model", "provider", "measured_on", "dataset", "region")),
}
