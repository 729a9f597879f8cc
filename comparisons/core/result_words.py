"""What every page says about a reported result: its settings, its source, where it was read."""

from __future__ import annotations

from urllib.parse import urlsplit

from models_catalog.core import sources
from models_catalog.core.specs import ResultRow

NO_SETTINGS, NO_SOURCE = "settings not said", "no source given"


def settings_text(row: ResultRow) -> str:
    """Variant, method, harness and an editor's note of a row as one short text."""
    parts = [row.variant, row.method]
    if row.harness and row.harness.lower() not in f"{row.variant} {row.method}".lower():
        parts.append(f"harness: {row.harness}")
    if row.items_run is not None and str(row.items_run) not in row.method:
        parts.append(f"{row.items_run} items")
    if not row.standard:
        parts.append("not the standard setting")
    settings = ", ".join(part for part in dict.fromkeys(parts) if part)
    return ". ".join(part for part in (settings, row.note.rstrip(".")) if part) or NO_SETTINGS


def host(url: str) -> str:
    """The host of an address without “www.”, empty without one."""
    try:
        found = urlsplit(url).hostname if url else None
    except ValueError:
        return ""
    return (found or "").removeprefix("www.")


def source_text(url: str) -> str:
    """The host a source stands on, or that there is none."""
    return host(url) or NO_SOURCE


def read_text(read_at: str) -> str:
    """Where a figure was read, as a part of its source: “read in BenchPress at 108c099”; empty if nothing says so."""
    return f"read in {sources.place_words(read_at)}" if read_at else ""
