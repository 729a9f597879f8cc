"""Reads records of Every Eval Ever (schema 0.2 and 0.3) and their instance-level files.

A record holds results of one model. The scale of a score is what `metric_config` declares; a
score without bounds is not guessed. Its converters lose what set two results of one id apart
(a reducer, a standard error), and do not say whether a run was cut or invalid, so a record
is only as good as its source.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import (
    NO,
    NOT_STATED,
    PASS_OVER,
    PERCENT,
    REFUSE,
    VARIANT,
    YES,
    BadRun,
    Figure,
    ItemScore,
    Settings,
)
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "every-eval-ever"
NEEDED = {"schema_version", "evaluation_results", "model_info"}
FAILURES = {"failed_records", "source_name"}
EVALUATORS = {"first_party": "maker", "third_party": "independent"}
SENTINEL = 999


def matches(file: RunFile) -> bool:
    if not file.base.endswith(".json"):
        return False
    return file.json.keys() >= NEEDED or file.json.keys() >= FAILURES


def read(file: RunFile) -> list[Figure]:
    """Every result of one record; a report of failed conversions gives one row that says so."""
    if not matches(file):
        raise BadRun("The file has no `schema_version`, `model_info` and `evaluation_results`, so it is no record.")
    if not file.json.keys() >= NEEDED:
        return [Figure(file=file.name, tool=TOOL, take=NO, why="It is the report of a failed conversion, no record.")]
    try:
        return list(_Record(file).figures())
    except BadJson as error:
        raise BadRun(f"The record {error}.") from error


class _Record:
    def __init__(self, file: RunFile):
        self.file = file
        names = ("model_info", "source_metadata", "eval_library", "detailed_evaluation_results")
        self.model, self.source, self.library, self.details = (words.mapping(file.json.get(name)) for name in names)
        found = file.json.get("evaluation_results")
        self.results = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        self.stamp = file.json.get("evaluation_timestamp")
        self.run = words.text(file.json.get("evaluation_id"), 160)
        self.times = Counter(_id(each) for each in self.results if _id(each))
        self.items = self._read_items()

    def figures(self) -> Iterator[Figure]:
        if not self.results:
            why = "There are no results in the record."
            yield Figure(file=self.file.name, tool=TOOL, take=NO, why=why, model=words.text(self.model.get("id"), 200))
        for result in self.results:
            yield self._figure(result)

    def _figure(self, result: dict[str, Any]) -> Figure:
        config = words.mapping(result.get("metric_config"))
        details = words.mapping(result.get("score_details"))
        uncertainty = words.mapping(details.get("uncertainty"))
        source = words.mapping(result.get("source_data"))
        written = details.get("score")
        value = words.number(written)
        factor, unit = _scale(config)
        stderr = words.number(words.mapping(uncertainty.get("standard_error")).get("value"))
        items, in_set = words.whole(uncertainty.get("num_samples")), _in_set(source)
        cut = items is not None and in_set is not None and items < in_set
        metric = words.text(config.get("metric_name") or config.get("metric_id"), 80)
        settings = self._settings(result)
        take, why = self._take(result, metric, value, unit, config, settings)
        date = _day(result.get("evaluation_timestamp")) or _day(self.stamp)
        lower = config.get("lower_is_better")
        return Figure(
            file=self.file.name,
            tool=TOOL,
            tool_version=words.text(f"{self.library.get('name', '')} {self.library.get('version', '')}", 80).strip(),
            take=take,
            why=why,
            model=words.text(self.model.get("id") or self.model.get("name"), 200),
            model_note=words.text(self.model.get("name"), 200),
            benchmark=words.text(result.get("evaluation_name"), 160),
            metric=metric,
            filter=_id(result),
            score=None if value is None else value * factor,
            as_written=written,
            unit=unit,
            lower_is_better=lower if isinstance(lower, bool) else None,
            stderr=None if stderr is None or value is None else stderr * factor,
            stderr_note=words.text(words.mapping(uncertainty.get("standard_error")).get("method"), 60),
            items=items,
            items_in_set=in_set,
            date=date,
            date_note="evaluated, UTC" if date else "",
            settings=settings,
            partial=True if cut else None,
            partial_because=(f"{items} of {in_set} questions",) if cut else (),
            evaluator=EVALUATORS.get(words.text(self.source.get("evaluator_relationship"), 40), ""),
            run_id=words.text(f"{self.run}:{result.get('evaluation_name')}", 200),
            item_scores=tuple(self.items.get((words.text(result.get("evaluation_name"), 160), _id(result)), ())),
        )

    def _take(
        self, result: dict, metric: str, value: float | None, unit: str, config: dict, settings: Settings
    ) -> tuple[str, str]:
        if self.times[_id(result)] > 1:
            return (
                REFUSE,
                "Two results of the record have one id: what set them apart, a reducer or a standard error, is lost.",
            )
        if value is None:
            return PASS_OVER, "There is no figure in the result."
        if value == SENTINEL and (metric == "bypass" or unit == NOT_STATED):
            return REFUSE, "999 stands for predict-only: nothing was scored."
        if unit == NOT_STATED:
            return REFUSE, "The record declares no bounds of the scale, so the unit is not known."
        low, high = words.number(config.get("min_score")), words.number(config.get("max_score"))
        if low is None or high is None or not low <= value <= high:
            return REFUSE, f"The score lies outside the bounds {low} to {high} that the record itself declares."
        if adapter := self._adapter():
            return REFUSE, f"The record names the base model, its arguments the adapter {adapter}."
        if words.is_best_of_several(metric) or words.is_best_of_several(_id(result)):
            return VARIANT, "The best of several answers, or their majority, is not one attempt."
        if settings.quantised:
            return VARIANT, f"Quantised weights ({settings.quantised}) are not the base model."
        return YES, ""

    def _arguments(self) -> dict[str, Any]:
        """The model arguments a converter wrote down, a dict as Python shows one."""
        written = words.mapping(self.model.get("additional_details")).get("model_args")
        if isinstance(written, str) and written.startswith("{") and len(written) < 10_000:
            try:
                found = ast.literal_eval(written)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                return {}
            return words.mapping(found)
        return words.model_arguments(written)

    def _adapter(self) -> str:
        return words.adapter(self._arguments())

    def _settings(self, result: dict[str, Any]) -> Settings:
        arguments = words.mapping(words.mapping(result.get("generation_config")).get("generation_args"))
        return Settings(
            temperature=words.number(arguments.get("temperature")),
            quantised=words.quantised(self._arguments(), words.text(self.model.get("id"), 200)),
        )

    def _read_items(self) -> dict[tuple[str, str], list[ItemScore]]:
        """Item scores of the instance-level file, looked for beside the record by its plain name only."""
        path = self.details.get("file_path")
        base = path.rpartition("/")[2] if isinstance(path, str) else f"{self.file.path.stem}_samples.jsonl"
        file = self.file.sibling(base)
        found: dict[tuple[str, str], list[ItemScore]] = {}
        for _, row in file.lines() if file is not None else ():
            if not isinstance(row, dict) or not isinstance(row.get("evaluation_result_id"), str):
                continue  # an instance that ended in an error belongs to no result
            score = words.number(words.mapping(row.get("evaluation")).get("score"))
            if score is None or not isinstance(row.get("sample_id"), str | int):
                continue
            key = words.text(row.get("evaluation_name"), 160), words.text(row["evaluation_result_id"], 80)
            epoch = str(words.mapping(row.get("metadata")).get("epoch", "1"))
            attempt = int(epoch) if epoch.isdecimal() and len(epoch) < 5 else 1
            item = words.text(str(row["sample_id"]), 120)
            found.setdefault(key, []).append(
                ItemScore(item, attempt, score, "", words.text(row.get("sample_hash"), 64)[:16])
            )
        return found


def _id(result: dict[str, Any]) -> str:
    return words.text(result.get("evaluation_result_id"), 80)


def _scale(config: dict[str, Any]) -> tuple[float, str]:
    """(factor, unit) by the declared bounds: 0..1 becomes percent, 0..100 is percent; any other is not stated."""
    low, high = words.number(config.get("min_score")), words.number(config.get("max_score"))
    if low == 0 and high == 1:
        return 100.0, PERCENT
    return 1.0, PERCENT if low == 0 and high == 100 else NOT_STATED


def _in_set(source: dict[str, Any]) -> int | None:
    ids = source.get("sample_ids")
    return words.whole(source.get("samples_number")) or (len(ids) if isinstance(ids, list) and ids else None)


def _day(stamp: Any) -> dt.date | None:
    """The day of a text of seconds since 1970, often with decimals, or of an ISO moment."""
    if not isinstance(stamp, str | int | float) or isinstance(stamp, bool) or len(str(stamp)) > 40:
        return None
    try:
        seconds = float(stamp)
    except ValueError:
        try:
            moment = dt.datetime.fromisoformat(str(stamp))
        except ValueError:
            return None
        return (moment.astimezone(dt.UTC) if moment.tzinfo else moment).date()
    if not 946_684_800 <= seconds < 4_102_444_800:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
