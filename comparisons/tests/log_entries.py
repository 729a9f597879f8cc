"""Entries of the change log for tests: `make_entry(kind, **columns)` and one of each sort."""

from __future__ import annotations

import datetime as dt
import itertools

from comparisons.changes.from_history import make_change
from comparisons.core import changes
from comparisons.models import Change

MONDAY = dt.datetime(2026, 6, 29, tzinfo=dt.UTC)
_numbers = itertools.count(1)

ATLAS = {"model": "atlas", "model_name": "Atlas 1", "lab": "north", "lab_name": "North Lab"}
CIRRO = {"model": "cirro", "model_name": "Cirro", "lab": "south", "lab_name": "South Lab"}
REPAIR = {
    "benchmark": "code-repair",
    "benchmark_name": "Code Repair",
    "category": "coding",
    "category_name": "Coding",
}


def make_entry(kind: str = changes.RESULT_ADDED, at: dt.datetime = MONDAY, **columns) -> Change:
    """A stored entry: Atlas 1 scored 72 % on Code Repair, unless told otherwise."""
    plain = {**ATLAS, "source_url": "https://boards.example/code-repair"}
    if kind in (changes.RESULT_ADDED, changes.RESULT_CORRECTED, changes.RESULT_WITHDRAWN, changes.OUR_CORRECTION):
        plain |= {**REPAIR, "new_text": "72 %", "values": {"new": "72", "unit": "percent"}}
    change = make_change(f"test:{next(_numbers)}", at, kind, **{**plain, **columns})
    change.save()
    return change


def make_price_fall(at: dt.datetime = MONDAY, **columns) -> Change:
    """Atlas 1 at its lab went from 3 and 15 USD to 2 and 10."""
    values = {"old": {"input": "3", "output": "15"}, "new": {"input": "2", "output": "10"}, "since": "2026-06-30"}
    return make_entry(
        changes.PRICE_CHANGED,
        at,
        **{
            "provider": "north",
            "provider_name": "North Lab",
            "old_text": changes.price_text(values["old"]),
            "new_text": changes.price_text(values["new"]),
            "values": values,
            "source_url": "https://north.example/prices",
            **columns,
        },
    )
