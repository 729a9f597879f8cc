"""From a reading of tool files to the batch that an import takes: figures, waiting for their names.

`run_steps` gives the figures our model and benchmark and decides what becomes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from importers import runs
from importers.records import Batch, Place, Problem, Record, UnreadableSource
from importers.runs.figures import ASK, NO, PASS_OVER, REFUSE, Figure

MOST_NOTES = 200
# Read by `read_runs`, never imported: the tests are a team's own.
NEVER_IMPORTED = ("promptfoo",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRecord(Record):
    """A figure of a tool's file, not yet settled."""

    figure: Figure = field(repr=False)


def format_named(name: str) -> str:
    """The format of runs that a person means by another spelling of it, "" for none."""
    try:
        return runs.format_named(name)
    except runs.BadRun:
        return ""


def readers() -> dict[str, Callable[[Path], Batch]]:
    """Format → reader, for the formats of runs that can be imported."""
    return {name: _reader(name) for name in (*runs.FORMATS, runs.AUTO) if name not in NEVER_IMPORTED}


def _reader(name: str) -> Callable[[Path], Batch]:
    def read(path: Path) -> Batch:
        return batch_of(name, path)

    return read


def batch_of(format_name: str, path: Path) -> Batch:
    """A batch of the figures at `path`. Raises `UnreadableSource` with a sentence."""
    try:
        reading = runs.read(format_name, path)
    except runs.BadRun as error:
        raise UnreadableSource(str(error)) from error
    batch = Batch()
    batch.problems.extend(Problem(file, None, "", reason) for file, reason in reading.problems)
    for number, figure in enumerate(reading.figures, start=1):
        place = Place(figure.file, number, {"model": "model", "benchmark": "benchmark", "score": "score"})
        if figure.take == REFUSE:
            batch.problems.append(Problem.at(place, "", f"{named(figure)}: {figure.why}"))
        elif figure.take in (NO, PASS_OVER):
            batch.notes.append(f"{figure.file}: {named(figure)} was passed over. {figure.why}")
        else:
            batch.figures.append(FigureRecord(place=place, figure=figure))
    left = len(batch.notes) - MOST_NOTES
    if left > 0:
        batch.notes[MOST_NOTES:] = [f"… and {left} more figures were passed over."]
    return batch


def named(figure: Figure) -> str:
    """The figure in words: “quiz / acc / none”."""
    parts = (figure.benchmark or "a task that is not named", figure.metric, figure.filter, figure.reducer)
    return " / ".join(part for part in parts if part)


def is_asked(record: FigureRecord) -> bool:
    """Whether only an editor can say what the figure is."""
    return record.figure.take == ASK
