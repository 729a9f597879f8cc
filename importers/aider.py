"""Reads Aider's polyglot leaderboard (`polyglot_leaderboard.yml`), a list of runs.

Each run gives the share of solved exercises after two tries, its cost in USD and the
seconds per exercise. Names are free text with the effort in brackets; a run of two models
together says nothing about either, and is passed over.
"""

from __future__ import annotations

import re
from pathlib import Path

from importers import archives
from importers.records import Batch, Place, UnreadableSource
from importers.source_benchmarks import DeclaredBenchmark
from importers.source_fields import Fields, fitted, objects
from importers.source_files import read_each, read_yaml, tree_files
from importers.source_names import SourceResult
from models_catalog.core.setting_words import NOT_SAID, level

DATASET = "aider"
BOARD = "https://aider.chat/docs/leaderboards/"
FILE_NAME = "polyglot_leaderboard.yml"
BRACKET = re.compile(r"\s*\(([^()]*)\)")
# key of a run → (benchmark, ending of the row id, whether the two tries belong to the method)
FIGURES = {
    "pass_rate_2": ("aider-polyglot", "", True),
    "total_cost": ("aider-polyglot-cost", "~2", False),
    "seconds_per_case": ("aider-polyglot-seconds", "~3", False),
}


# What the board counts besides the score: understood, shown, and no ability.
SERIES = (
    ("aider-polyglot-cost", "Aider polyglot: cost", "usd"),
    ("aider-polyglot-seconds", "Aider polyglot: seconds per case", "seconds"),
)


def _series(place: Place) -> list[DeclaredBenchmark]:
    return [
        DeclaredBenchmark(
            place=place,
            slug=slug,
            name=name,
            source_id=slug,
            dataset=DATASET,
            known=True,
            unit=unit,
            direction="lower",
            maximum=None,
            display_reason="not ability",
            source_url=BOARD,
        )
        for slug, name, unit in SERIES
    ]


def read(path: Path) -> Batch:
    """Read the leaderboard file, or the one in a folder or ZIP. Raises `UnreadableSource`."""
    with archives.opened(path) as source:
        batch = Batch()
        in_folder = source.is_dir()
        files = list(tree_files(source, f"**/{FILE_NAME}", batch)) if in_folder else [(source, source.name)]
        if not files and not batch.problems:
            raise UnreadableSource(f"{path} holds no {FILE_NAME}. Name the file, or a folder that holds it.")
        for name, document in read_each(files, read_yaml, batch):
            batch.benchmarks = _series(Place(name, 1))
            for index, run in objects(batch, name, 1, document.data, ""):
                _read_run(Fields(batch, name, document.line(f"[{index}]"), run, f"[{index}]"))
    return batch


def _read_run(run: Fields) -> None:
    """Add the results of one run, or a problem, or a note that it was passed over."""
    name = run.text("model", required=True)
    run_id = run.text("dirname", required=True)
    if " + " in name or run.text("editor_model"):
        run.batch.notes.append(f"{run.file}, line {run.line}: “{fitted(name, 60)}” is a pair of models; passed over.")
        run.batch.skip(run.file, run.line, f"“{fitted(name, 60)}” is a pair of models.")
        return
    tried = run.text("edit_format")
    measured_on = run.day("date")
    scores = {key: run.number(key, required=key == "pass_rate_2") for key in FIGURES}
    if run.refused:
        return
    plain, effort, variant = _split_name(name)
    for key, score in scores.items():
        # The board writes a cost of 0 where nobody counted it.
        if score is None or (key == "total_cost" and score == 0):
            continue
        benchmark, ending, two_tries = FIGURES[key]
        method = "; ".join(
            part for part in (tried and f"edit format {tried}", "two tries" if two_tries else "") if part
        )
        run.batch.results.append(
            SourceResult(
                place=run.place(model="model", score=key, measured_on="date", row_id="dirname"),
                model=plain,
                full_name=name,
                benchmark=benchmark,
                score=score,
                dataset=DATASET,
                row_id=f"{DATASET}:{run_id}{ending}",
                variant=variant,
                method=fitted(method, 300),
                standard=True,
                effort=effort,
                source_kind="independent",
                source_tier=0,
                source_url=BOARD,
                measured_on=measured_on,
                measured_on_kind="evaluated" if measured_on else "",
            )
        )


def _split_name(name: str) -> tuple[str, int, str]:
    """(name without brackets that state an effort, the effort, the words of those brackets)."""
    found = {match.group(): level(match.group(1)) for match in BRACKET.finditer(name)}
    stated = [text for text, effort in found.items() if effort is not None]
    plain = name
    for text in stated:
        plain = plain.replace(text, "")
    words = ", ".join(text.strip(" ()") for text in stated)
    return plain.strip(), found[stated[-1]] if stated else NOT_SAID, words
