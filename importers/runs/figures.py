"""What a reader of a tool's files hands over: figures with their settings, and why each counts or not.

A figure is one number a file states: one metric of one task, under one filter, scorer or
reducer. Nothing is left out silently: a number that may not be taken is handed over with the
reason. Scores are in percent where the tool's scale is a share, else as the tool wrote them.
No database, no Django.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# What may become of a figure (`Figure.take`).
YES = "yes"  # it may become a result
VARIANT = "as a variant"  # a result, but never the standard setting: best of several, quantised, …
ASK = "ask"  # only an editor can say what it measures or whether it counts
PASS_OVER = "pass over"  # noqa: S105 - not the task's own figure: a part of it, or no number at all
REFUSE = "refuse"  # it looks like a figure and must not be used
NO = "no"  # no figure of a task at all: an unfinished log, a row that mixes tasks, another split
TAKES = (YES, VARIANT, ASK, PASS_OVER, REFUSE, NO)

PERCENT, POINTS, RAW, NOT_STATED = "percent", "points", "raw", "not stated"
UNITS = (PERCENT, POINTS, RAW, NOT_STATED)


class BadRun(ValueError):
    """A file that cannot be read as the named format; the message is a sentence with the remedy."""


class ItemScore(NamedTuple):
    """How one question went: its id, the attempt (1 is the first, 0 the mean of all), its score.

    `score` is what the tool counted, mostly 1 or 0; `group` names the questions that belong
    together (one text, one repository), "" when the file declares none; `digest` is the
    start of the hash of the question where the tool writes one.
    """

    item: str
    attempt: int
    score: float
    group: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the run was made, as far as the file says. None and "" mean that it does not say."""

    shots: int | None = None
    chat_template: bool | None = None
    chat_template_hash: str = ""
    system_prompt_hash: str = ""
    temperature: float | None = None
    effort: str = ""
    limit: str = ""
    repeats: int | None = None
    seed: str = ""
    quantised: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Only what is known, under the names of the fields."""
        names = [name for name in self.__dataclass_fields__ if name != "more"]
        known = {name: getattr(self, name) for name in names if getattr(self, name) not in (None, "")}
        return {**known, **self.more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of one file.

    `score` and `stderr` are in `unit`; `as_written` is the number as the file has it.
    `items` are the questions the figure rests on, `items_in_set` those the set has,
    `attempts` the answers counted for each question; None when the file does not tell.
    `partial` is None when the file does not tell. `run_id` tells runs of a tool apart,
    `file_hash` is the SHA-256 of the file.
    """

    file: str
    tool: str
    take: str
    tool_version: str = ""
    model: str = ""
    model_note: str = ""
    benchmark: str = ""
    task_version: str = ""
    metric: str = ""
    filter: str = ""
    reducer: str = ""
    score: float | None = None
    as_written: Any = None
    unit: str = NOT_STATED
    lower_is_better: bool | None = None
    stderr: float | None = None
    stderr_note: str = ""
    items: int | None = None
    items_in_set: int | None = None
    attempts: int | None = None
    date: dt.date | None = None
    date_note: str = ""
    settings: Settings = Settings()
    variant: str = ""
    partial: bool | None = None
    partial_because: tuple[str, ...] = ()
    why: str = ""
    evaluator: str = ""
    source_url: str = ""
    run_id: str = ""
    members: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    item_scores: tuple[ItemScore, ...] = ()
    file_hash: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the figure may become a result without an editor's decision about its meaning."""
        return self.take in (YES, VARIANT)

    @property
    def row_id(self) -> str:
        """The figure's own id: its run, filter or scorer, metric and reducer."""
        return f"{self.run_id}:{self.filter}:{self.metric}:{self.reducer}"[-200:]

    def as_json(self) -> dict[str, Any]:
        """The figure as plain data, for `read_runs --json`; item scores only as their number."""
        return {
            "file": self.file,
            "tool": self.tool,
            "tool_version": self.tool_version,
            "model": self.model,
            "model_note": self.model_note,
            "benchmark": self.benchmark,
            "task_version": self.task_version,
            "metric": self.metric,
            "filter": self.filter,
            "reducer": self.reducer,
            "score": tidy(self.score),
            "as_written": _plain(self.as_written),
            "unit": self.unit,
            "lower_is_better": self.lower_is_better,
            "stderr": tidy(self.stderr),
            "stderr_note": self.stderr_note,
            "items": self.items,
            "items_in_set": self.items_in_set,
            "attempts": self.attempts,
            "date": self.date.isoformat() if self.date else None,
            "date_note": self.date_note,
            "shots": self.settings.shots,
            "chat": self.settings.chat_template,
            "settings": {name: _plain(value) for name, value in self.settings.as_json().items()},
            "variant": self.variant,
            "partial": self.partial,
            "partial_because": list(self.partial_because),
            "take": self.take,
            "why": self.why,
            "evaluator": self.evaluator,
            "source_url": self.source_url,
            "run_id": self.run_id,
            "row_id": self.row_id,
            "file_hash": self.file_hash,
            "members": list(self.members),
            "notes": list(self.notes),
            "item_scores": len(self.item_scores),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read below one path: figures, files that could not be read, and what was skipped."""

    format: str
    path: str
    figures: tuple[Figure, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()  # (file, sentence)
    skipped: tuple[tuple[str, str], ...] = ()  # (file, why)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "path": self.path,
            "figures": [figure.as_json() for figure in self.figures],
            "problems": [{"file": file, "reason": reason} for file, reason in self.problems],
            "skipped": [{"file": file, "reason": reason} for file, reason in self.skipped],
        }


def tidy(value: float | None) -> float | None:
    """The number without float noise: at most ten decimals."""
    return None if value is None else round(value, 10)


def _plain(value: Any) -> Any:
    """`value` as JSON has it: no NaN, no lone surrogate, nothing longer than a line or two."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()[:500]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).encode("utf-8", "replace").decode()[:500]
