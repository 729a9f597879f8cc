"""Reads a run folder of HELM: `stats.json`, with `run_spec.json` and, when there, the per-instance files.

`stats.json` repeats a metric for each split and each perturbation, already averaged over the
train trials. The row of a plain test split is the run's figure. Counters of tokens, time and
the like are no figures. The file has no date: the day is that of the requests, if the folder
still holds them; the day of `summary.json` is only when it was summarised.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import ASK, NO, PASS_OVER, PERCENT, YES, BadRun, Figure, ItemScore, Settings
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "helm"
FILE = "stats.json"
# The run's name ends or begins with what is no part of the scenario.
NOT_SCENARIO = re.compile(r"(?:^|(?<=[:,]))(?:model|model_deployment|groups|data_augmentation|stop|eval_split)=[^,]*,?")
STRICT = ("exact_match_indicator", "exact_match")  # plain equality, where a run declares several kinds
# Metrics that classes of HELM add without naming them in the run's specification.
WELL_KNOWN = frozenset({
    "exact_match", "quasi_exact_match", "exact_match_indicator", "final_number_exact_match", "f1_score", "math_equiv",
    "math_equiv_chain_of_thought", "code_eval_acc", "pass", "test_avg", "strict_pass", "ifeval_strict_accuracy",
    "chain_of_thought_correctness", "rouge_1", "rouge_2", "rouge_l", "bleu_1", "bleu_4", "wildbench_score",
    "wildbench_score_rescaled", "omni_math_accuracy", "air_score",
})  # fmt: skip


def matches(file: RunFile) -> bool:
    return file.base == FILE


def read(file: RunFile) -> list[Figure]:
    """The figures of one run folder, told by its `stats.json`."""
    if not matches(file):
        raise BadRun("Name the run's folder or its stats.json; the other files are read beside it.")
    specification = file.sibling("run_spec.json")
    if specification is None:
        raise BadRun("Beside stats.json there is no run_spec.json, which names the model. Copy the whole run folder.")
    try:
        spec = specification.json.whole()
        if not isinstance(spec, dict) or not file.json.is_list:
            raise BadRun("stats.json is no list or run_spec.json no object, so it is no run folder of HELM.")
        return list(_Run(file, spec).figures())
    except BadJson as error:
        raise BadRun(f"The run {error}.") from error


class _Run:
    def __init__(self, file: RunFile, spec: dict[str, Any]):
        self.file, self.name = file, words.text(spec.get("name"), 300)
        adapter = spec.get("adapter_spec")
        self.adapter = words.mapping(adapter)
        self.declared = _declared(spec.get("metric_specs"))
        self.stats = [stat for _, stat in file.json.items() if isinstance(stat, dict)]
        self.instances = {
            split: words.whole(_mean(stat))
            for stat in self.stats
            if (split := _plain_split(stat)) and _metric(stat) == "num_instances"
        }

    def figures(self) -> Iterator[Figure]:
        counted = [stat for stat in self.stats if _metric(stat) in self.declared | WELL_KNOWN]
        names = {_metric(stat) for stat in counted}
        if not counted:
            raise BadRun("stats.json holds no metric that scores answers, only counters.")
        splits = {split for stat in counted if (split := _plain_split(stat))}
        own = "test" if "test" in splits or len(splits) != 1 else next(iter(splits))
        main = next((name for name in STRICT if name in names), next(iter(names)) if len(names) == 1 else "")
        scores = {}
        for stat in counted:
            metric = _metric(stat)
            if _plain_split(stat) == own and metric == main:
                scores = {metric: tuple(self._item_scores(metric, own))}
            yield self._figure(stat, metric, own, main, scores.get(metric, ()) if _plain_split(stat) == own else ())

    def _figure(self, stat: dict, metric: str, own: str, main: str, items: tuple[ItemScore, ...]) -> Figure:
        value = words.number(_mean(stat))
        score, unit = (None, PERCENT) if value is None else words.scaled(metric, value, lower=None)
        split = words.text(stat["name"].get("split"), 40)
        trials = words.whole(self.adapter.get("num_train_trials"))
        most = words.whole(self.adapter.get("max_eval_instances"))
        total = sum(count or 0 for count in self.instances.values())
        shots = words.whole(self.adapter.get("max_train_instances"))
        take, why = self._take(stat, metric, own, main, value)
        return Figure(
            file=self.file.name,
            tool=TOOL,
            take=take,
            why=why,
            model=words.text(self.adapter.get("model") or self.adapter.get("model_deployment"), 200),
            benchmark=self._scenario(),
            metric=metric,
            filter=_row_words(stat),
            score=score,
            as_written=_mean(stat),
            unit=unit,
            items=self.instances.get(split),
            attempts=trials or 1,
            date=self._date(),
            date_note="day of the requests, UTC" if self._date() else "",
            settings=Settings(
                shots=shots,
                temperature=words.number(self.adapter.get("temperature")),
                limit="" if most is None else f"max_eval_instances {most}",
                more={"method": words.text(self.adapter.get("method"), 80)},
            ),
            variant=", ".join(
                part
                for part in (
                    f"{shots}-shot" if shots is not None else "",
                    f"split {split}" if split != "test" else "",
                    f"{trials} train trials" if (trials or 1) > 1 else "",
                )
                if part
            ),
            partial=False if most is None or total < most else None,
            partial_because=() if most is None or total < most else (f"not known: max_eval_instances {most}",),
            run_id=words.text(f"{self.name}:{self._date() or ''}", 200),
            item_scores=items,
        )

    def _take(self, stat: dict, metric: str, own: str, main: str, value: float | None) -> tuple[str, str]:
        if _plain_split(stat) != own:
            return NO, "It is not the plain row of the test split."
        if value is None:
            return PASS_OVER, "There is no figure in the row."
        if metric != main:
            return ASK, f"It is another metric of the run{f'; {main} is the strict one' if main else ''}."
        return YES, ""

    def _scenario(self) -> str:
        """The run's name without the model: “mmlu:subject=anatomy”."""
        return NOT_SCENARIO.sub("", self.name).rstrip(":,")

    def _date(self) -> dt.date | None:
        state = self.file.sibling("scenario_state.json")
        if state is None or state.size() > 40_000_000:
            return None
        if not hasattr(self, "_day"):
            self._day = _day_of_requests(state)
        return self._day

    def _item_scores(self, metric: str, split: str) -> Iterator[ItemScore]:
        """One score an instance and train trial, from per_instance_stats.json when the folder has it."""
        file = self.file.sibling("per_instance_stats.json")
        if file is None:
            return
        for _, instance in file.json.items():
            if not isinstance(instance, dict) or instance.get("perturbation") is not None:
                continue
            trial = (words.whole(instance.get("train_trial_index")) or 0) + 1
            for stat in instance.get("stats") or []:
                if isinstance(stat, dict) and _metric(stat) == metric and _plain_split(stat) == split:
                    value = words.number(_mean(stat))
                    if value is not None:
                        yield ItemScore(words.text(str(instance.get("instance_id")), 120), trial, value)


def _name(stat: dict) -> dict[str, Any]:
    return words.mapping(stat.get("name"))


def _metric(stat: dict) -> str:
    return words.text(_name(stat).get("name"), 80)


def _plain_split(stat: dict) -> str:
    """The split of a row without perturbation or sub-split, "" for any other row."""
    name = _name(stat)
    return words.text(name.get("split"), 40) if not name.get("perturbation") and not name.get("sub_split") else ""


def _row_words(stat: dict) -> str:
    """What sets the row apart: “split test, worst case of robustness”."""
    name = _name(stat)
    said = [f"split {words.text(name.get('split'), 40)}"]
    if name.get("sub_split"):
        said.append(f"sub-split {words.text(name.get('sub_split'), 40)}")
    perturbation = name.get("perturbation")
    if isinstance(perturbation, dict):
        case = words.text(perturbation.get("computed_on"), 20)
        said.append(f"{f'{case} case of ' if case else ''}{words.text(perturbation.get('name'), 40)}")
    return ", ".join(said)


def _mean(stat: dict) -> Any:
    """The row's mean; a row that counts nothing has none."""
    return stat.get("mean") if stat.get("count") else None


def _declared(specs: Any) -> set[str]:
    """Metric names that the run's specification asks for."""
    found: set[str] = set()
    for spec in specs if isinstance(specs, list) else []:
        arguments = spec.get("args") if isinstance(spec, dict) else None
        names = arguments.get("names") if isinstance(arguments, dict) else None
        found |= {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
    return found


def _day_of_requests(state: RunFile) -> dt.date | None:
    """The latest day on which a request was answered."""
    latest = 0.0
    try:
        for _, each in state.json.each("request_states"):
            result = each.get("result") if isinstance(each, dict) else None
            seconds = words.number(result.get("request_datetime")) if isinstance(result, dict) else None
            latest = max(latest, seconds or 0.0)
    except (BadJson, BadRun):
        return None  # the figures do not depend on it
    if not 946_684_800 <= latest < 4_102_444_800:
        return None
    return dt.datetime.fromtimestamp(latest, dt.UTC).date()
