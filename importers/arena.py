"""Reads Arena's published leaderboards, as `sync` joins them from the data set lmarena-ai/leaderboard-dataset.

    {"text/coding": [{"model_name", "rating", "rating_lower", "rating_upper", "vote_count", "category",
                      "leaderboard_publish_date", …}, …], …}

A key names a table and its category. Ratings move with every release of the table, so a row keeps its name from
release to release and is corrected. Efforts are told by the model's name only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from importers import archives
from importers.records import Batch, UnreadableSource
from importers.source_fields import Fields, converted, fields_of, fitted, objects
from importers.source_files import read_each, read_json
from importers.source_names import SourceResult
from models_catalog.core.setting_words import NOT_SAID, WIDTH_OF_INTERVAL, level

DATASET = "arena"
BOARD = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset"
TEXT = "text"
OVERALL = "overall"
EFFORT = re.compile(r"-(?:thinking-(?P<budget>[0-9]{1,3}k)|(?P<level>minimal|low|medium|high|xhigh|no-thinking))$")
PLACES = 2  # a rating has no more that means anything


def read(path: Path) -> Batch:
    """Read the joined tables. Raises `UnreadableSource` when they are none."""
    with archives.opened(path) as source:
        batch = Batch()
        for name, document in read_each([(source, source.name)], read_json, batch):
            whole = fields_of(batch, name, document.data)
            if whole is None or not _are_tables(whole.data):
                raise UnreadableSource(f"{path.name} has no tables of rows. It is not Arena's leaderboards.")
            for table, rows in whole.data.items():
                for index, row in objects(batch, name, document.line(table), rows, table):
                    _read_row(Fields(batch, name, document.line(f"{table}[{index}]"), row), table)
    return batch


def _are_tables(data: Mapping) -> bool:
    return bool(data) and all("/" in table and isinstance(rows, list) for table, rows in data.items())


def benchmark_of(table: str) -> str:
    """What Arena calls the benchmark: the category of the text table, the table itself elsewhere."""
    subset, _, category = table.partition("/")
    return category or OVERALL if subset == TEXT else subset


def _read_row(row: Fields, table: str) -> None:
    name = row.text("model_name", required=True)
    rating = row.number("rating", required=True)
    low, high, votes = row.number("rating_lower"), row.number("rating_upper"), row.whole("vote_count")
    published = row.day("leaderboard_publish_date")
    if row.refused or rating is None:
        return
    model, effort = _without_effort(name)
    error = converted((high - low) / WIDTH_OF_INTERVAL) if low is not None and high is not None and high > low else None
    row.batch.results.append(
        SourceResult(
            place=row.place(model="model_name", score="rating", measured_on="leaderboard_publish_date"),
            model=model,
            full_name=name,
            benchmark=benchmark_of(table),
            score=round(rating, PLACES),
            dataset=DATASET,
            row_id=fitted(f"{DATASET}:{table}:{name}", 200),
            variant=fitted(name[len(model) :].strip("-"), 160),
            method=f"{votes} votes" if votes else "",
            standard=True,
            effort=effort,
            source_kind="independent",
            source_tier=0,
            source_url=BOARD,
            measured_on=published,
            measured_on_kind="published" if published else "",
            evaluator="Arena",
            stderr=round(error, PLACES) if error else None,
        )
    )


def _without_effort(name: str) -> tuple[str, int]:
    """(the name without the effort at its end, the effort)."""
    found: re.Match[str] | None = EFFORT.search(name)
    if found is None:
        return name, NOT_SAID
    words: Mapping[str, str | None] = found.groupdict()
    said = words["budget"] or (words["level"] or "").replace("-", " ")
    return name[: found.start()], level(said) or NOT_SAID
