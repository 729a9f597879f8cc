"""Reads what `sync` brings from Hugging Face: cards and result files below models/OWNER/NAME.

A file of `.eval_results` does not name its model: the repository it stands in is the model.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from importers import run_records, runs
from importers.records import Batch

REPOSITORY = re.compile(r"(?:^|/)models/(?P<name>[^/]+/[^/]+)/")


def read(path: Path) -> Batch:
    """Every figure of the files at `path`. Raises `UnreadableSource` when there is none."""
    batch = run_records.batch_of(runs.AUTO, path)
    batch.figures = [_named(record) for record in batch.figures]
    return batch


def _named(record: run_records.FigureRecord) -> run_records.FigureRecord:
    place = REPOSITORY.search(record.figure.file)
    if record.figure.model or place is None:
        return record
    return replace(record, figure=replace(record.figure, model=place["name"]))
