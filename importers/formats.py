"""Formats that can be imported: one reader per format, one shared step that applies them.

A reader is a function from a path to a `records.Batch`: pure text, no database. To add a
format, write a module beside `csv_folder` and name its reader in `READERS`; everything
else (names, checks, differences, history, the report) is done by `importers.apply`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from importers import (
    aider,
    arena,
    benchpress,
    csv_folder,
    epoch,
    hugging_face,
    litellm_prices,
    llm_stats,
    models_dev,
    models_dev_api,
    openrouter,
    run_records,
)
from importers.records import Batch, UnreadableSource

READERS: dict[str, Callable[[Path], Batch]] = {
    "csv": csv_folder.read,
    "llm-stats": llm_stats.read,
    "models-dev": models_dev.read,
    "models-dev-api": models_dev_api.read,
    "hugging-face": hugging_face.read,
    "litellm": litellm_prices.read,
    "openrouter": openrouter.read,
    "epoch": epoch.read,
    "aider": aider.read,
    "arena": arena.read,
    "benchpress": benchpress.read,
    **run_records.readers(),
}


def read(format_name: str, path: Path) -> Batch:
    """Read `path` in the named format. Raises `UnreadableSource` with a sentence."""
    reader = READERS.get(format_name) or READERS.get(run_records.format_named(format_name))
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnreadableSource(f"“{format_name}” is no known format. Choose one of: {known}.")
    batch = reader(path)
    batch.trusted = format_name in settings.TRUSTED_SOURCES
    return batch
