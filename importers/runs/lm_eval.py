"""Reads results of lm-evaluation-harness (`results_*.json`, whatever the file is called) and `samples_*.jsonl`.

A results file has `results`, `config` and `n-samples`. Each name in `results` is a task or a
group; its figures stand under “METRIC,FILTER”. Groups stand there and once more in `groups`,
so `groups` is never read. Which metric and filter count is the benchmark's definition, so
every one is handed over, none by its order.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from importers.runs import words
from importers.runs.figures import (
    ASK,
    NOT_STATED,
    PASS_OVER,
    PERCENT,
    RAW,
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

TOOL = "lm-eval"
NEEDED = {"results", "config", "n-samples"}
PARTS = ("results", "config", "n-samples", "configs", "versions", "n-shot", "higher_is_better", "group_subtasks")
PLAIN = (
    "date", "lm_eval_version", "model_name", "model_source", "chat_template", "chat_template_sha",
    "system_instruction_sha", "git_hash",
)  # fmt: skip
STAMP = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(?:\.\d+)?)\.json$")
MODEL_KEYS = ("pretrained", "model", "path", "engine")
SENTINEL = 999  # what the harness writes as “bypass” when it was told only to predict


def matches(file: RunFile) -> bool:
    """Whether the file is a results file of this tool."""
    return file.base.endswith(".json") and file.json.keys() >= NEEDED


def read(file: RunFile) -> list[Figure]:
    """Every figure of a results file, with item scores of the sample files beside it."""
    if not matches(file):
        raise BadRun("The file has no `results`, `config` and `n-samples`, so it is no results file of lm-eval.")
    return list(_Results(file).figures())


@dataclass(frozen=True)
class _Task:
    """What the file says of one task or group."""

    name: str
    values: dict[str, Any]
    config: dict[str, Any]
    leaves: tuple[str, ...]  # the tasks of a group, itself when it is none
    is_group: bool


class _Results:
    """One results file while it is read."""

    def __init__(self, file: RunFile):
        self.file = file
        try:
            self.parts = {name: file.json.get(name) for name in PARTS}
            self.plain = {name: file.json.get(name) for name in PLAIN}
        except BadJson as error:
            raise BadRun(f"The file {error}.") from error
        for name in PARTS:
            if not isinstance(self.parts[name], dict):
                if name in NEEDED or self.parts[name] is not None:
                    raise BadRun(f"`{name}` of the file is no object, so it is no results file of lm-eval.")
                self.parts[name] = {}
        self.config = self.parts["config"]
        self.arguments = words.model_arguments(self.config.get("model_args"))
        self.samples = _samples_beside(file)

    def figures(self) -> Iterator[Figure]:
        for name, values in self.parts["results"].items():
            if not isinstance(values, dict):
                raise BadRun(f"`results.{words.text(name, 60)}` is no object, so the file is damaged.")
            yield from self._task_figures(self._task(name, values))

    def _task(self, name: str, values: dict[str, Any]) -> _Task:
        groups = self.parts["group_subtasks"]
        is_group = bool(groups.get(name))
        config = self.parts["configs"].get(name)
        leaves = tuple(dict.fromkeys(_leaves(groups, name, set()))) if is_group else (name,)
        return _Task(name, values, words.mapping(config), leaves, is_group)

    def _task_figures(self, task: _Task) -> Iterator[Figure]:
        items = None
        for key, value in task.values.items():
            metric, comma, filter_name = key.partition(",")
            if not comma or metric.endswith("_stderr"):
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if items is None:
                items = self._items(task)
            yield self._figure(task, metric, filter_name, value, items)

    def _figure(self, task: _Task, metric: str, filter_name: str, value: float, items: tuple) -> Figure:
        counted, in_set = items
        lower = self._lower(task, metric)
        found = words.number(value)
        score, unit = (None, PERCENT) if found is None else words.scaled(metric, found, lower=lower)
        factor = 100 if unit == PERCENT else 1
        stderr = words.number(task.values.get(f"{metric}_stderr,{filter_name}"))
        settings = self._settings(task)
        attempts = self._attempts(task, metric, filter_name)
        partial = None if counted is None or in_set is None else counted < in_set
        model, note, refusal = self._model()
        take, why = self._take(metric, filter_name, found, unit, refusal, settings)
        return Figure(
            file=self.file.name,
            tool=TOOL,
            tool_version=words.text(self.plain["lm_eval_version"], 40),
            model=model,
            model_note=note,
            benchmark=words.text(task.name, 160),
            task_version=_version(self.parts["versions"].get(task.name)),
            metric=words.text(metric, 80),
            filter=words.text(filter_name, 80),
            score=score,
            as_written=value,
            unit=unit,
            lower_is_better=lower,
            stderr=None if stderr is None or found is None else stderr * factor,
            items=counted,
            items_in_set=in_set,
            attempts=attempts,
            date=self._date(),
            date_note="evaluated, UTC" if self._date() else "",
            settings=settings,
            variant=self._variant(task, filter_name, settings, attempts),
            partial=partial,
            partial_because=self._partial_because(partial, counted, in_set),
            take=take,
            why=why,
            run_id=self._run_id(task.name),
            members=task.leaves if task.is_group else (),
            item_scores=self._item_scores(task, metric, filter_name),
        )

    # --- who, when, how ------------------------------------------------------------

    def _model(self) -> tuple[str, str, str]:
        """(name, note, why it is refused or "")."""
        base = next((str(self.arguments[key]) for key in MODEL_KEYS if words.is_on(self.arguments.get(key))), "")
        over = words.adapter(self.arguments)
        written = words.text(self.plain["model_name"], 200)
        if over:
            return over, f"adapter on {words.text(base, 200) or 'an unnamed base'}: a model of its own", ""
        if base:
            return written or words.text(base, 200), "", ""
        if written:
            return written, "drawn at random by the tool", "The model's name is invented: model_args names no model."
        return "", "", "The file names no model: model_args is empty. Run it with pretrained= or model=."

    def _date(self) -> dt.date | None:
        seconds = words.number(self.plain["date"])
        if seconds is None or not 946_684_800 <= seconds < 4_102_444_800:  # 2000 to 2099
            return None
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()

    def _run_id(self, task: str) -> str:
        """The same for a file that is read again; two runs of one moment differ by their model."""
        return words.text(f"{self.plain['date'] or self.file.base}:{self._model()[0]}:{task}", 200)

    def _settings(self, task: _Task) -> Settings:
        more = {}
        for name in ("revision", "dtype", "max_length"):
            if words.is_on(self.arguments.get(name)):
                more[name] = words.text(str(self.arguments[name]), 80)
        if words.text(self.plain["model_source"]):
            more["backend"] = words.text(self.plain["model_source"], 60)
        if self.config.get("use_cache"):
            more["cache"] = "answers may come from a cache"
        gen = task.config.get("generation_kwargs")
        temperature = words.number(gen.get("temperature")) if isinstance(gen, dict) else None
        limit = self.config.get("limit")
        seed = self.config.get("random_seed")
        return Settings(
            shots=words.whole(self.parts["n-shot"].get(task.name)),
            chat_template=self.plain["chat_template"] is not None,
            chat_template_hash=words.text(self.plain["chat_template_sha"], 64),
            system_prompt_hash=words.text(self.plain["system_instruction_sha"], 64),
            temperature=temperature,
            limit="" if limit is None else words.text(str(limit), 40),
            repeats=words.whole(task.config.get("repeats")),
            seed="" if seed is None else words.text(str(seed), 40),
            quantised=words.quantised(self.arguments, self._model()[0]),
            more=more,
        )

    def _member_shots(self, task: _Task) -> int | None:
        """Shots of a task, of a group those of its members when they agree."""
        shots = {words.whole(self.parts["n-shot"].get(leaf)) for leaf in task.leaves}
        return shots.pop() if len(shots) == 1 else None

    def _variant(self, task: _Task, filter_name: str, settings: Settings, attempts: int | None) -> str:
        shots = settings.shots if settings.shots is not None else self._member_shots(task)
        said = [
            f"{shots}-shot" if shots is not None else "",
            filter_name if filter_name != "none" else "",
            f"{settings.repeats} repeats" if (settings.repeats or 1) > 1 else "",
            "chat template" if settings.chat_template else "",
            f"quantised ({settings.quantised})" if settings.quantised else "",
            f"revision {settings.more['revision']}" if settings.more.get("revision", "main") != "main" else "",
        ]
        return ", ".join(part for part in said if part)

    # --- what it rests on ------------------------------------------------------------

    def _items(self, task: _Task) -> tuple[int | None, int | None]:
        """(questions answered, questions in the set); a group has those of its tasks together."""
        counted = in_set = 0
        for leaf in task.leaves:
            sizes = self.parts["n-samples"].get(leaf)
            effective = words.whole(sizes.get("effective")) if isinstance(sizes, dict) else None
            original = words.whole(sizes.get("original")) if isinstance(sizes, dict) else None
            if effective is None or original is None:
                return None, None
            counted, in_set = counted + effective, in_set + original
        return (counted, in_set) if task.leaves else (None, None)

    def _partial_because(self, partial: bool | None, counted: int | None, in_set: int | None) -> tuple[str, ...]:
        if not partial:
            return ()
        limit = self.config.get("limit")
        how = f"limit {words.text(str(limit), 20)}" if limit is not None else "picked samples"
        return (f"{counted} of {in_set} questions ({how})",)

    def _lower(self, task: _Task, metric: str) -> bool | None:
        """Whether lower is better, as the file says; a group says what its tasks say together."""
        stated = set()
        for name in (task.name, *task.leaves):
            said = self.parts["higher_is_better"].get(name)
            value = said.get(metric) if isinstance(said, dict) else None
            if isinstance(value, bool):
                stated.add(not value)
        return stated.pop() if len(stated) == 1 else None

    def _attempts(self, task: _Task, metric: str, filter_name: str) -> int | None:
        """Answers that count for each question: one where the filter takes the first."""
        named = words.attempts_named(filter_name) or words.attempts_named(metric)
        repeats = words.whole(task.config.get("repeats")) or 1
        if named is not None and named > 1:
            return named
        if repeats == 1:
            return 1
        steps = _filter_steps(task.config.get("filter_list"), filter_name)
        if "majority_vote" in steps or "take_first_k" in steps:
            return repeats
        return 1 if not steps or "take_first" in steps else repeats

    def _take(
        self, metric: str, filter_name: str, value: float | None, unit: str, refusal: str, settings: Settings
    ) -> tuple[str, str]:
        if value is None:
            return PASS_OVER, "There is no figure: the tool wrote NaN or Infinity."
        if metric == "bypass" or (value == SENTINEL and unit != RAW):
            return REFUSE, "999 stands for predict_only: nothing was scored."
        if refusal:
            return REFUSE, refusal
        if words.is_best_of_several(filter_name) or words.is_best_of_several(metric):
            return VARIANT, "The best or the majority of several answers is not one attempt."
        if settings.quantised:
            return VARIANT, f"Quantised weights ({settings.quantised}) are not the base model."
        if unit == NOT_STATED:
            return ASK, "The number is outside 0 to 1 and the file states no scale."
        return YES, ""

    def _item_scores(self, task: _Task, metric: str, filter_name: str) -> tuple[ItemScore, ...]:
        file = None if task.is_group else self.samples.get(task.name)
        return tuple(_scores_of_lines(file, metric, filter_name)) if file else ()


def _leaves(groups: dict[str, Any], name: str, seen: set[str]) -> Iterator[str]:
    """The tasks of a group, of its groups too. A group that contains itself is read once."""
    if name in seen:
        return
    seen.add(name)
    members = groups.get(name)
    if not isinstance(members, list) or not members:
        yield name
        return
    for member in members:
        if isinstance(member, str):
            yield from _leaves(groups, member, seen)


def _version(value: Any) -> str:
    return words.text(str(value), 40) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _filter_steps(filters: Any, name: str) -> list[str]:
    """Names of the functions a filter applies, in their order."""
    for entry in filters if isinstance(filters, list) else []:
        if isinstance(entry, dict) and entry.get("name") == name and isinstance(entry.get("filter"), list):
            return [step.get("function", "") for step in entry["filter"] if isinstance(step, dict)]
    return []


# --- samples_TASK_TIME.jsonl ---------------------------------------------------------


def _samples_beside(file: RunFile) -> dict[str, RunFile]:
    """Task → its sample file of the same moment as the results file."""
    stamp = STAMP.search(file.base)
    if not stamp:
        return {}
    ending = f"_{stamp.group(1)}.jsonl"
    found = file.siblings("samples_*.jsonl")
    return {each.base[len("samples_") : -len(ending)]: each for each in found if each.base.endswith(ending)}


def _scores_of_lines(file: RunFile, metric: str, filter_name: str) -> Iterator[ItemScore]:
    """Scores of one metric and filter, one a question; a question without a plain number is left out."""
    for _, line in file.lines():
        if not isinstance(line, dict) or line.get("filter", "none") != filter_name:
            continue
        score = words.number(float(line[metric]) if isinstance(line.get(metric), bool) else line.get(metric))
        item = line.get("doc_id")
        if score is None or not isinstance(item, str | int):
            continue
        yield ItemScore(words.text(str(item), 120), 1, score, "", words.text(line.get("doc_hash"), 64)[:16])
