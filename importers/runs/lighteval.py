"""Reads results of lighteval (`results_*.json`).

`results` holds a row for each “TASK|SHOTS” (older files: “SUITE|TASK|SHOTS|0”), an unweighted
“GROUP:_average|SHOTS”, and `all`, which mixes every task. Standard errors of the averages are
averages themselves and are dropped. The file has neither the number of items nor a date; the
moment in its name is local time.
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
    VARIANT,
    YES,
    BadRun,
    Figure,
    Settings,
)
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "lighteval"
NEEDED = {"config_general", "results"}
STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})T\d{2}-\d{2}-\d{2}")
OF_N = re.compile(r"k=([0-9]+)(?:&n=([0-9]+))?")
QUANTISED_TYPES = ("4bit", "8bit")


def matches(file: RunFile) -> bool:
    return file.base.endswith(".json") and file.json.keys() >= NEEDED and "n-samples" not in file.json


def read(file: RunFile) -> list[Figure]:
    """Every figure of a results file."""
    if not matches(file):
        raise BadRun("The file has no `config_general` and `results`, so it is no results file of lighteval.")
    try:
        return list(_Results(file).figures())
    except BadJson as error:
        raise BadRun(f"The file {error}.") from error


class _Results:
    def __init__(self, file: RunFile):
        self.file = file
        general, results, tasks = (file.json.get(name) for name in ("config_general", "results", "config_tasks"))
        if not isinstance(general, dict) or not isinstance(results, dict):
            raise BadRun("`config_general` or `results` of the file is no object, so it is damaged.")
        self.general, self.results = general, results
        self.tasks = words.mapping(tasks)
        model = general.get("model_config")
        self.model = words.mapping(model)

    def figures(self) -> Iterator[Figure]:
        for key, values in self.results.items():
            if not isinstance(values, dict):
                raise BadRun(f"`results.{words.text(key, 60)}` is no object, so the file is damaged.")
            for metric, value in values.items():
                if metric.endswith("_stderr") or isinstance(value, bool) or not isinstance(value, int | float):
                    continue
                yield self._figure(key, metric, value, values)

    def _figure(self, key: str, metric: str, written: float, values: dict[str, Any]) -> Figure:
        task, shots, suite = _task_of(key)
        config = words.mapping(self.tasks.get(key))
        is_average, is_all = task.endswith(":_average"), key == "all"
        value = words.number(written)
        lower = _lower(config, metric)
        score, unit = (None, PERCENT) if value is None else words.scaled(metric, value, lower=lower)
        stderr = None if is_average or is_all else words.number(values.get(f"{metric}_stderr"))
        limit = words.number(self.general.get("max_samples"))
        items, in_set = (None, None) if is_average or is_all else self._items(config, limit)
        partial = limit is not None or (items is not None and in_set is not None and items < in_set)
        settings = self._settings(shots, limit, suite)
        take, why = self._take(key, metric, value, unit, settings)
        date = self._date()
        return Figure(
            file=self.file.name,
            tool=TOOL,
            take=take,
            why=why,
            model=words.text(self.general.get("model_name") or self.model.get("model_name"), 200),
            benchmark=task,
            task_version=words.text(str(config.get("version", "")), 40),
            metric=words.text(metric, 80),
            score=score,
            as_written=written,
            unit=unit,
            lower_is_better=lower,
            stderr=None if stderr is None or value is None else stderr * (100 if unit == PERCENT else 1),
            items=items,
            items_in_set=in_set,
            attempts=_attempts(metric),
            date=date,
            date_note="from the file's name, local time" if date else "",
            settings=settings,
            variant=", ".join(
                part
                for part in (f"{shots}-shot" if shots is not None else "", settings.quantised and "quantised")
                if part
            ),
            partial=partial,
            partial_because=(f"max_samples {limit:g}",)
            if limit is not None
            else (f"{items} of {in_set} questions",)
            if partial
            else (),
            run_id=words.text(f"{self.file.base}:{self.general.get('model_name', '')}:{key}", 200),
            members=self._members(task) if is_average else (),
        )

    def _take(self, key: str, metric: str, value: float | None, unit: str, settings: Settings) -> tuple[str, str]:
        if key == "all":
            return NO, "The row mixes all tasks."
        if value is None:
            return PASS_OVER, "There is no figure: the tool wrote NaN or Infinity."
        named = OF_N.search(metric)
        if words.is_best_of_several(metric) or (named and int(named.group(1)) > 1 and not metric.startswith("avg")):
            return VARIANT, "The best of several answers, or their majority, is not one attempt."
        if settings.quantised:
            return VARIANT, f"Quantised weights ({settings.quantised}) are not the base model."
        if unit == NOT_STATED:
            return ASK, "The number is outside 0 to 1 and the file states no scale."
        return YES, ""

    @staticmethod
    def _items(config: dict[str, Any], limit: float | None) -> tuple[int | None, int | None]:
        """(questions, questions in the set): newer files write -1 for both, and only a limit tells."""
        in_set = words.whole(config.get("original_num_docs"))
        used = words.whole(config.get("effective_num_docs"))
        if used is None and limit is not None and limit >= 1:
            used = words.whole(limit)
        return used or None, in_set or None

    def _members(self, task: str) -> tuple[str, ...]:
        group = task.removesuffix("_average")
        names = (_task_of(key)[0] for key in self.results)
        return tuple(dict.fromkeys(name for name in names if name.startswith(group) and name != task))

    def _settings(self, shots: int | None, limit: float | None, suite: str) -> Settings:
        generation = self.model.get("generation_parameters")
        generation = words.mapping(generation)
        kind = words.text(self.model.get("dtype"), 20)
        seed = generation.get("seed")
        return Settings(
            shots=shots,
            temperature=words.number(generation.get("temperature")),
            limit="" if limit is None else f"max_samples {limit:g}",
            seed="" if seed is None else words.text(str(seed), 40),
            quantised=f"dtype={kind}" if kind in QUANTISED_TYPES else words.quantised(self.model),
            more={"suite": suite} if suite else {},
        )

    def _date(self) -> dt.date | None:
        stamp = STAMP.search(self.file.base)
        try:
            return dt.date.fromisoformat(stamp.group(1)) if stamp else None
        except ValueError:
            return None


def _task_of(key: str) -> tuple[str, int | None, str]:
    """(task, shots, suite) of “TASK|SHOTS” or “SUITE|TASK|SHOTS[|0]”."""
    parts = key.split("|")
    suite = parts[0] if len(parts) >= 3 else ""
    task, shots = (parts[1], parts[2]) if suite else (parts[0], parts[1] if len(parts) > 1 else "")
    return words.text(task, 160), int(shots) if shots.isdecimal() and len(shots) < 5 else None, words.text(suite, 40)


def _attempts(metric: str) -> int:
    named = OF_N.search(metric)
    if named:
        return int(named.group(2) or named.group(1))
    return words.attempts_named(metric) or 1


def _lower(config: dict[str, Any], metric: str) -> bool | None:
    for each in config.get("metrics") or [] if isinstance(config.get("metrics"), list) else []:
        if (
            isinstance(each, dict)
            and each.get("metric_name") == metric
            and isinstance(each.get("higher_is_better"), bool)
        ):
            return not each["higher_is_better"]
    return None
