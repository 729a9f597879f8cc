"""Runs of evaluation tools, read as the tools write them (docs/own_runs.md).

One module a format: bytes to `figures.Figure`, no database and no Django. To add a format,
write such a module with a `matches(file)` and a `read(file)`, and name it in `FORMATS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from importers import archives
from importers.records import UnreadableSource
from importers.runs import (
    evalplus,
    evalscope,
    every_eval_ever,
    helm,
    hf_files,
    inspect_log,
    items_csv,
    lighteval,
    lm_eval,
    promptfoo,
    swebench,
    tau2,
)
from importers.runs.figures import BadRun, Figure, Reading
from importers.runs.sources import RunFile, files_below

AUTO = "auto"
# What code raises on a value of the wrong kind that no reader thought of; tests feed the readers such values.
UNEXPECTED = (TypeError, AttributeError, KeyError, IndexError, ValueError, ArithmeticError, RecursionError)
MOST_FIGURES = 50_000  # of one reading


@dataclass(frozen=True, slots=True)
class Format:
    """One tool's files: whether a file is one, how it is read, and other names people give the format."""

    name: str
    matches: Callable[[RunFile], bool]
    read: Callable[[RunFile], list[Figure]]
    also: tuple[str, ...] = ()


# Tried in this order by `auto`; no file matches two of them.
FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("lm-eval", lm_eval.matches, lm_eval.read, ("lmevaluationharness", "lmevalharness", "harness")),
        Format("inspect", inspect_log.matches, inspect_log.read, ("inspectai", "eval")),
        Format("helm", helm.matches, helm.read, ("crfmhelm",)),
        Format("lighteval", lighteval.matches, lighteval.read),
        Format("every-eval-ever", every_eval_ever.matches, every_eval_ever.read, ("eee",)),
        Format("swebench", swebench.matches, swebench.read, ("swebenchreport",)),
        Format("model-card", hf_files.matches_card, hf_files.read_card, ("modelindex", "card", "readme")),
        Format("eval-results", hf_files.matches_eval_results, hf_files.read_eval_results, ("hfevalresults",)),
        Format("tau2-bench", tau2.matches, tau2.read, ("tau2", "taubench", "τ²bench", "τ2bench")),
        Format("evalscope", evalscope.matches, evalscope.read),
        Format("evalplus", evalplus.matches, evalplus.read),
        Format("promptfoo", promptfoo.matches, promptfoo.read),
        Format("items-csv", items_csv.matches, items_csv.read, ("csv", "items", "itemcsv")),
    )
}


def format_named(name: str) -> str:
    """The format a person means: its name, or another spelling of it. Raises `BadRun`."""
    bare = re.sub(r"[^\w²]+|_", "", name.lower())
    if bare == AUTO:
        return AUTO
    for each in FORMATS.values():
        if bare == each.name.replace("-", "") or bare in each.also:
            return each.name
    known = ", ".join([AUTO, *FORMATS])
    raise BadRun(f"“{name}” is no known format of runs. Choose one of: {known}.")


def read(format_name: str, path: Path) -> Reading:
    """Everything the files at `path` (a file, a folder or a ZIP) state, in one of `FORMATS` or `auto`.

    A single file must be of the format; in a folder, files of other kinds are passed over.
    Raises `BadRun` with one sentence when nothing can be read at all.
    """
    wanted = format_named(format_name)
    try:
        with archives.opened(path) as opened:
            reading = _read_opened(wanted, opened)
    except UnreadableSource as error:
        raise BadRun(str(error)) from error
    return replace(reading, path=str(path))


def _read_opened(wanted: str, path: Path) -> Reading:
    candidates = list(FORMATS.values()) if wanted == AUTO else [FORMATS[wanted]]
    files = files_below(path)
    alone = path.is_file()
    figures: list[Figure] = []
    problems: list[tuple[str, str]] = []
    skipped: list[tuple[str, str]] = []
    for file in files:
        try:
            chosen = _format_of(file, candidates)
            if chosen is None and alone and wanted != AUTO:
                chosen = candidates[0]  # its reader says what is missing
            if chosen is None:
                skipped.append((file.name, "no file of this format"))
                continue
            digest = file.digest()
            figures.extend(replace(figure, file_hash=digest) for figure in chosen.read(file))
        except BadRun as error:
            problems.append((file.name, str(error)))
        except UNEXPECTED as error:
            reason = f"The file has a value of a kind that its layout does not know ({type(error).__name__})."
            problems.append((file.name, reason))
        if len(figures) > MOST_FIGURES:
            raise BadRun(f"{path} holds more than {MOST_FIGURES:,} figures. Read it in parts.")
    if not figures:
        raise BadRun(_nothing(path, problems, wanted))
    return Reading(wanted, str(path), tuple(figures), tuple(problems), tuple(skipped))


def _format_of(file: RunFile, candidates: list[Format]) -> Format | None:
    """The format of a file, by its name and its outer keys; a file no format can be of is None."""
    if not file.base.endswith((".json", ".eval", ".csv", ".yaml", ".yml", ".md")):
        return None
    return next((each for each in candidates if each.matches(file)), None)


def _nothing(path: Path, problems: list[tuple[str, str]], wanted: str) -> str:
    if problems:
        file, reason = problems[0]
        return f"{file}: {reason}" + (
            f" ({len(problems) - 1} more files could not be read.)" if len(problems) > 1 else ""
        )
    kind = "of any known format" if wanted == AUTO else f"of the format {wanted}"
    return f"{path} holds no file {kind}."
