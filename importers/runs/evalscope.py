"""Reads reports of EvalScope (`reports/MODEL/DATASET.json`) with the run's `task_config.yaml`.

A report states many metrics and which of them is primary; the scale is what it declares. It
drops the maker of the model's name, which only the settings of the run keep; `num` counts
answers, so it is divided by the repeats.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import ASK, PASS_OVER, PERCENT, VARIANT, YES, BadRun, Figure, Settings
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "evalscope"
NEEDED = {"dataset_name", "model_name", "metrics"}
FOLDER_DAY = re.compile(r"(?:^|/)(\d{4})(\d{2})(\d{2})_\d{6}(?:$|/)")


def matches(file: RunFile) -> bool:
    return file.base.endswith(".json") and file.json.keys() >= NEEDED


def read(file: RunFile) -> list[Figure]:
    """Every metric of one report; only the primary one is the set's figure."""
    if not matches(file):
        raise BadRun("The file has no `dataset_name`, `model_name` and `metrics`, so it is no report of EvalScope.")
    try:
        data = file.json.whole()
    except BadJson as error:
        raise BadRun(f"The report {error}.") from error
    metrics = data.get("metrics")
    if not isinstance(metrics, list) or not metrics:
        raise BadRun("`metrics` of the report is no list of metrics.")
    return list(_Report(file, data).figures([each for each in metrics if isinstance(each, dict)]))


class _Report:
    def __init__(self, file: RunFile, data: dict[str, Any]):
        self.file, self.data = file, data
        settings = file.above("task_config.yaml")
        found = settings.yaml() if settings is not None else None
        self.config = words.mapping(found)
        self.repeats = _whole(self.config.get("repeats")) or 1
        self.limit = words.text(self.config.get("limit"), 20)

    def figures(self, metrics: list[dict[str, Any]]) -> Iterator[Figure]:
        primary = _identity(self.data.get("primary_metric_identity"))
        for metric in metrics:
            name = _identity(metric.get("identity")) or words.text(metric.get("name"), 80)
            yield self._figure(metric, name, primary or (name if len(metrics) == 1 else ""))

    def _figure(self, metric: dict[str, Any], name: str, primary: str) -> Figure:
        meaning = words.mapping(metric.get("semantics"))
        bounds = words.mapping(meaning.get("value_range"))
        value, count = words.number(metric.get("score")), words.whole(metric.get("num"))
        low, high = words.number(bounds.get("min")), words.number(bounds.get("max"))
        if value is None:
            score, unit = None, PERCENT
        elif (low, high) in ((0, 1), (0, 100)):
            score, unit = value * (100 if high == 1 else 1), PERCENT
        else:
            score, unit = words.scaled(name, value, lower=meaning.get("direction") == "lower_is_better")
        because = self._partial_because()
        model, note = self._model()
        take, why = self._take(name, primary, value)
        date = self._date()
        shots = _whole(self._benchmark_settings().get("few_shot_num"))
        direction = meaning.get("direction")
        return Figure(
            file=self.file.name,
            tool=TOOL,
            tool_version=words.text(self.config.get("evalscope_version"), 40),
            take=take,
            why=why,
            model=model,
            model_note=note,
            benchmark=words.text(self.data.get("dataset_name"), 160),
            metric=name,
            score=score,
            as_written=metric.get("score"),
            unit=unit,
            lower_is_better=None if direction is None else direction == "lower_is_better",
            items=None if count is None else count // self.repeats,
            items_in_set=None if count is None or because or not self.config else count // self.repeats,
            attempts=self.repeats,
            date=date,
            date_note="from the folder's name, local time" if date else "",
            settings=Settings(shots=shots, limit=self.limit, seed=words.text(self.config.get("seed"), 20)),
            variant=f"{shots}-shot" if shots is not None else "",
            partial=bool(because) if self.config else None,
            partial_because=because,
            run_id=words.text(f"{self.config.get('work_dir', '')}:{model}:{self.data.get('dataset_name')}", 200),
        )

    def _take(self, name: str, primary: str, value: float | None) -> tuple[str, str]:
        if primary and name != primary:
            return PASS_OVER, f"It is not the report's primary metric, which is {primary}."
        if value is None:
            return PASS_OVER, "There is no figure in the report."
        if not primary:
            return ASK, "The report names no primary metric."
        if "/" not in self._model()[0]:
            return ASK, "The report drops the maker of the model's name; lay the run's task_config.yaml beside it."
        if quantised := words.quantised({}, self._model()[0]):
            return VARIANT, f"Quantised weights ({quantised}) are not the base model."
        return YES, ""

    def _model(self) -> tuple[str, str]:
        """(name, note): the whole name out of the settings when its end is the report's."""
        short, whole = words.text(self.data.get("model_name"), 200), words.text(self.config.get("model"), 200)
        if whole and whole.rpartition("/")[2] == short:
            return whole, f"the report says {short}" if whole != short else ""
        return short, "the report drops the maker"

    def _benchmark_settings(self) -> dict[str, Any]:
        all_of_them = self.config.get("resolved_benchmarks")
        found = all_of_them.get(self.data.get("dataset_name")) if isinstance(all_of_them, dict) else None
        return words.mapping(found)

    def _partial_because(self) -> tuple[str, ...]:
        because = [f"limit {self.limit}"] if self.limit else []
        summary = self.data.get("execution_summary")
        summary = words.mapping(summary)
        errored = words.whole(summary.get("errored"))
        if errored:
            because.append(f"{errored} of {words.whole(summary.get('requested'))} answers ended in an error")
        elif summary.get("incomplete") is True:
            because.append("the report calls itself incomplete")
        return tuple(because)

    def _date(self) -> dt.date | None:
        found = FOLDER_DAY.search(words.text(self.config.get("work_dir"), 300)) or FOLDER_DAY.search(self.file.name)
        try:
            return dt.date(*(int(part) for part in found.groups())) if found else None
        except ValueError:
            return None


def _whole(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def _identity(value: Any) -> str:
    """“rouge {statistic: recall, variant: l}” of a metric's identity, "" when it has none."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return ""
    dimensions = words.mapping(value.get("dimensions"))
    told = ", ".join(f"{name}: {words.text(str(each), 40)}" for name, each in sorted(dimensions.items()))
    return words.text(f"{value['name']} {{{told}}}" if told else value["name"], 160)
