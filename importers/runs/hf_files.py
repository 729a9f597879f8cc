"""Reads what the Hugging Face hub carries: `model-index` in a model card, and `.eval_results/*.yaml`.

Neither format has a unit. A value with a percent sign, or above 1, is percent; between 0 and 1
it may be either and is refused, unless a benchmark's own definition fixes the unit. The data
are YAML that strangers wrote, so they are parsed without types: every value is the text it
was written with.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import (
    ASK,
    NO,
    NOT_STATED,
    PASS_OVER,
    PERCENT,
    RAW,
    REFUSE,
    YES,
    BadRun,
    Figure,
    Settings,
)
from importers.runs.sources import RunFile, yaml_of

CARD, EVAL_RESULTS = "model-card", "eval-results"
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
WITH_ERROR = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*%?\s*(?:±|\+/-|\+-)\s*([0-9]+(?:\.[0-9]+)?)\s*%?")
NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "null", "nan", "~", "tbd"})
FRONT = re.compile(r"\A(?:\ufeff)?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def matches_card(file: RunFile) -> bool:
    return file.base.lower() in ("readme.md", "modelcard.md") and "model-index" in file.text()[:1_000_000]


def matches_eval_results(file: RunFile) -> bool:
    """YAML files of a folder called .eval_results, or a list whose entries have a dataset and a value."""
    if not file.base.endswith((".yaml", ".yml")):
        return False
    if file.path.parent.name == ".eval_results":
        return True
    data = file.yaml()
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(entry, dict) and "dataset" in entry and "value" in entry for entry in data)
    )


def read_card(file: RunFile) -> list[Figure]:
    """Every value of a card's model-index, each for the model that its own entry names."""
    front = FRONT.match(file.text())
    data = yaml_of(front.group(1)) if front else None
    index = data.get("model-index") if isinstance(data, dict) else None
    if not isinstance(index, list):
        raise BadRun("The card has no `model-index` between lines of “---” at its beginning, so it states no results.")
    found = [figure for entry in index if isinstance(entry, dict) for figure in _entry_figures(file, entry)]
    if not found:
        return [Figure(file=file.name, tool=CARD, take=NO, why="The card's model-index holds no results.")]
    return found


def _entry_figures(file: RunFile, entry: dict[str, Any]) -> Iterator[Figure]:
    results = entry.get("results")
    for result in results if isinstance(results, list) else []:
        if not isinstance(result, dict):
            continue
        dataset = words.mapping(result.get("dataset"))
        source = words.mapping(result.get("source"))
        arguments = words.mapping(dataset.get("args"))
        seen: set[str] = set()
        metrics = result.get("metrics")
        for metric in metrics if isinstance(metrics, list) else []:
            if not isinstance(metric, dict):
                continue
            kind = words.text(metric.get("type") or metric.get("name"), 80)
            is_second = kind in seen
            seen.add(kind)
            yield _card_figure(file, entry, dataset, source, arguments, metric, kind, is_second)


def _card_figure(
    file: RunFile, entry: dict, dataset: dict, source: dict, arguments: dict, metric: dict, kind: str, is_second: bool
) -> Figure:
    score, unit, take, why = value_of(metric.get("value"), kind)
    shots = words.text(arguments.get("num_few_shot"), 5)
    if is_second:
        take = REFUSE
        why = "It is the second value of one metric in one block: its setting and source are lost."
    name = words.text(dataset.get("type") or dataset.get("name"), 120)
    config = words.text(dataset.get("config"), 80)
    return Figure(
        file=file.name,
        tool=CARD,
        take=take,
        why=why,
        model=words.text(entry.get("name"), 200),
        benchmark=f"{name} {config}".strip(),
        metric=kind,
        score=score,
        as_written=metric.get("value"),
        unit=unit,
        settings=Settings(shots=int(shots) if shots.isdecimal() and not is_second else None),
        variant=f"{shots}-shot" if shots.isdecimal() and not is_second else "",
        evaluator="maker",
        source_url="" if is_second else _link(source.get("url")),
        run_id=words.text(f"{entry.get('name')}:{name}:{config}:{dataset.get('split', '')}:{shots}", 200),
        notes=(words.text(dataset.get("name"), 120),) if dataset.get("name") else (),
    )


def read_eval_results(file: RunFile) -> list[Figure]:
    """Every entry of one file. The model is that of the repository the file lies in."""
    data = file.yaml()
    if not isinstance(data, list) or not data:
        raise BadRun("The file is no list of entries with a dataset and a value.")
    return [_result_figure(file, words.mapping(entry)) for entry in data]


def _result_figure(file: RunFile, entry: dict[str, Any]) -> Figure:
    dataset = words.mapping(entry.get("dataset"))
    source = words.mapping(entry.get("source"))
    name = words.text(dataset.get("id"), 120)
    task = words.text(dataset.get("task_id") or dataset.get("config"), 80)
    score, unit, take, why = value_of(entry.get("value"), "")
    if not name:
        take, why = REFUSE, "The entry names no dataset."
    return Figure(
        file=file.name,
        tool=EVAL_RESULTS,
        take=take,
        why=why,
        model_note="the repository the file lies in",
        benchmark=f"{name} {task}".strip(),
        score=score,
        as_written=entry.get("value"),
        unit=unit,
        date=day_of(entry.get("date")),
        date_note="as the entry states" if day_of(entry.get("date")) else "",
        evaluator="" if not words.text(entry.get("verifyToken")) else "verified by its token",
        source_url=_link(source.get("url")),
        run_id=words.text(f"{name}:{task}:{entry.get('date', '')}", 200),
        notes=(words.text(entry.get("notes"), 200),) if words.text(entry.get("notes")) else (),
    )


def value_of(written: Any, metric: str) -> tuple[float | None, str, str, str]:
    """(score, unit, take, why) of a value as it stands in a card."""
    if not isinstance(written, str):
        return (
            None,
            NOT_STATED,
            REFUSE if written else PASS_OVER,
            "The value is not a number." if written else "No figure.",
        )
    text = written.strip()
    if text.lower() in NOTHING:
        return None, NOT_STATED, PASS_OVER, "There is no figure."
    bare = text[:-1].strip() if text.endswith("%") else text
    if not NUMBER.fullmatch(bare):
        found = WITH_ERROR.fullmatch(text)
        if found:
            return float(found.group(1)), PERCENT, ASK, "The text holds an error too; an editor says which kind."
        return None, NOT_STATED, REFUSE, f"“{words.text(text, 40)}” is not a number."
    value = float(bare)
    if words.OPEN_METRIC.search(metric):
        return value, RAW, YES, ""
    if value < 0 or value > 100:
        return None, NOT_STATED, REFUSE, "The number is no percentage, and the format states no unit."
    if bare == text and value <= 1:
        return (
            None,
            NOT_STATED,
            REFUSE,
            "A number between 0 and 1 may be a share or percent; the format states no unit.",
        )
    return value, PERCENT, YES, ""


def day_of(written: Any) -> dt.date | None:
    """A day out of a date or a moment, None for anything else."""
    text = words.text(written, 40)
    try:
        return dt.date.fromisoformat(text[:10]) if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _link(written: Any) -> str:
    text = words.text(written, 490)
    return text if re.match(r"https?://[^\s]+\.[^\s]+", text) else ""
