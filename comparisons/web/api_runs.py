"""Runs in the open API: settings, figures, and the score of every question, without questions and answers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from comparisons.boards.csv_twin import CONTENT_TYPE, cell
from comparisons.pages import open_data
from comparisons.pages.base import UnknownPage
from comparisons.web import api_schemas as shapes
from models_catalog import run_shelf
from models_catalog.run_shelf import AnswerSheet, RunSpec

router = Router(tags=["Evidence"])
LARGEST_NUMBER = 2**31 - 1
CSV_COLUMNS = ("item", "group", "attempt", "score")
ERRORS = dict.fromkeys((404, 422, 429), shapes.Problem)
LIST_ERRORS = dict.fromkeys((422, 429), shapes.Problem)

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="As in the run’s address.")]


class RunFigure(Schema):
    """One figure of a run; scores and errors are in `unit`."""

    metric: str
    filter: str
    reducer: str
    score: float
    unit: str
    stderr: float | None = Field(description="As the tool reported it.")
    stderr_of_items: float | None = Field(description="As it follows from the questions.")
    items: int | None
    items_in_set: int | None
    attempts: int | None
    standard: bool
    withdrawn: bool
    reason: str
    result: int = Field(description="The id of the result it stands behind.")
    has_items: bool


class Run(Schema):
    """A run of an evaluation tool: one task, one model."""

    id: int
    tool: str
    tool_version: str
    task: str
    task_version: str
    model: str
    named: str = Field(description="The model as the tool’s file names it.")
    benchmark: str
    variant: str
    settings: dict[str, Any]
    evaluator: str
    measured_on: dt.date | None
    source_url: str
    file_hash: str = Field(description="SHA-256 of the file, in hexadecimal digits.")
    figures: list[RunFigure]


class RunList(shapes.Listed):
    """A page of runs."""

    items: list[Run]


class RunItem(Schema):
    """One question of a run: its id and group as the file has them, and the score of each attempt."""

    item: str
    group: str
    scores: list[float]


class RunItems(Schema):
    """The score of every question of a run’s first figure that has them."""

    revision: int
    run: int
    model: str
    benchmark: str
    items: list[RunItem]


@router.get("/runs", response={200: RunList, **LIST_ERRORS}, summary="List runs")
def list_runs(
    request: HttpRequest,
    cursor: Annotated[str | None, Query(max_length=300, description="“next” of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Items a page.")] = 100,
):
    """Runs behind published results, in the order they came."""
    start = open_data.number_of(cursor) if cursor else 0
    found = run_shelf.runs_from(min(start, LARGEST_NUMBER), limit + 1)
    more = len(found) > limit
    found = found[:limit]
    after = open_data.cursor_of(found[-1].id) if more else None
    return {"revision": open_data.revision(), "next": after, "items": [_run(each) for each in found]}


@router.get("/runs/{number}", response={200: Run, **ERRORS}, summary="One run")
def get_run(request: HttpRequest, number: Number):
    """A run with its settings and figures."""
    return _run(_known(number))


@router.get("/runs/{number}/items", response={200: RunItems, **ERRORS}, summary="Scores of every question")
def get_run_items(request: HttpRequest, number: Number):
    """Ids and scores of a run’s questions, without questions and answers."""
    run, sheet = _sheet(number)
    rows = [
        {"item": entry[0], "group": entry[1], "scores": scores}
        for entry, scores in zip(sheet.entries, sheet.attempts, strict=True)
    ]
    return {
        "revision": open_data.revision(),
        "run": run.id,
        "model": run.model,
        "benchmark": run.benchmark,
        "items": rows,
    }


@router.get("/runs/{number}/items.csv", include_in_schema=False)
def get_run_items_csv(request: HttpRequest, number: Number):
    """The same as CSV, a line for each attempt; the first attempt is 1."""
    _, sheet = _sheet(number)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for entry, scores in zip(sheet.entries, sheet.attempts, strict=True):
        for attempt, score in enumerate(scores, start=1):
            writer.writerow([cell(entry[0]), cell(entry[1]), attempt, f"{score:g}"])
    return HttpResponse(out.getvalue(), content_type=CONTENT_TYPE)


def _known(number: int) -> RunSpec:
    run = run_shelf.run(number)
    if run is None:
        raise UnknownPage("run", str(number))
    return run


def _sheet(number: int) -> tuple[RunSpec, AnswerSheet]:
    run = _known(number)
    figures = {figure.id for figure in run.figures if figure.has_items}
    sheet = run_shelf.sheet_of(min(figures)) if figures else None
    if sheet is None:
        raise UnknownPage("scores of single questions of run", str(number))
    return run, sheet


def _run(run: RunSpec) -> dict[str, Any]:
    plain = ("metric", "filter", "reducer", "score", "unit", "stderr", "stderr_of_items", "items", "items_in_set",
             "attempts", "standard", "withdrawn", "reason", "result", "has_items")  # fmt: skip
    own = ("id", "tool", "tool_version", "task", "task_version", "model", "named", "benchmark", "variant", "settings",
           "evaluator", "measured_on", "source_url", "file_hash")  # fmt: skip
    figures = [{name: getattr(figure, name) for name in plain} for figure in run.figures]
    return {name: getattr(run, name) for name in own} | {"figures": figures}
