"""Reads logs of Inspect (`.eval`, or `.json` with the same parts).

A log is one task and one model. Its `results` hold scores (one a scorer, key and reducer),
each with metrics; `headline` says which is the task's own figure. Standard errors stand among
the metrics. Logs that did not end well, were declared invalid, or hold no scores give no
figure, and say why.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from importers.runs import words
from importers.runs.evalzip import EvalZip
from importers.runs.figures import (
    ASK,
    NO,
    PASS_OVER,
    PERCENT,
    POINTS,
    REFUSE,
    VARIANT,
    YES,
    BadRun,
    Figure,
    ItemScore,
    Settings,
)
from importers.runs.jsonfile import BadJson, JsonFile
from importers.runs.sources import RunFile

TOOL = "inspect"
ENDED_BADLY = {
    "error": "ended by an error",
    "cancelled": "cancelled by its user",
    "started": "never finished",
}
NO_FIGURE = frozenset({"stderr", "bootstrap_stderr", "std", "var", "ci"})  # what lies around a figure
OWN_SCALE = frozenset({"mean", "sum", "total", "max", "min", "median"})  # in whatever unit the scores have
WHOLE = "all"  # the usual label of the row over all groups
# Services that serve other makers' models: the rest of the name is maker/model.
SERVICES = frozenset({
    "openai-api", "openrouter", "together", "fireworks", "groq", "hf", "vllm", "vllm-completions", "sglang", "ollama",
    "llama-cpp-python", "azureai", "bedrock", "hf-inference-providers", "sambanova", "cloudflare", "nnterp",
    "transformer_lens", "goodfire",
})  # fmt: skip
MEAN_REDUCERS = ("", "mean")


def matches(file: RunFile) -> bool:
    """Whether the file is a log; lists of logs (`logs.json`, `eval-set.json`) are none."""
    if file.base.endswith(".eval"):
        return True
    return file.base.endswith(".json") and {"version", "status", "eval"} <= file.json.keys()


def read(file: RunFile) -> list[Figure]:
    """The figures of one log, taken or with the reason why not."""
    if not matches(file):
        raise BadRun("The file has no `status` and `eval`, so it is no log of Inspect (lists of logs are not read).")
    try:
        log = _Log(file)
        return list(log.figures())
    except BadJson as error:
        raise BadRun(f"The log {error}.") from error


@dataclass(frozen=True)
class _Metric:
    """One metric of one score: what it is called, its value, and what it was made from."""

    name: str
    base: str  # the metric behind it, of a grouped one the metric of each group
    value: Any
    cluster: str
    group_key: str
    whole: str  # the label of the row over all groups

    @classmethod
    def of(cls, key: str, data: Any) -> _Metric | None:
        if not isinstance(data, dict):
            return None
        options = words.mapping(data.get("params"))
        inner = words.mapping(options.get("metric"))
        name = _last(data.get("name")) or key
        base = _last(inner.get("name")) or name
        deeper = words.mapping(inner.get("params"))
        cluster = options.get("cluster") or deeper.get("cluster")
        whole = "" if options.get("all") is False else words.text(options.get("all_label"), 80) or WHOLE
        group = words.text(options.get("group_key"), 80)
        return cls(name, base, data.get("value"), words.text(cluster, 80), group, whole)


def _last(name: Any) -> str:
    """A registry name without its package: “inspect_ai/accuracy” is accuracy."""
    return words.text(name, 80).rpartition("/")[2]


class _Log:
    """One log while it is read; `parts` hides whether it is a ZIP or one JSON text."""

    def __init__(self, file: RunFile):
        self.file = file
        self.zip = EvalZip(file) if file.base.endswith(".eval") else None
        self.has_header = True
        if self.zip is None:
            self.header = file.json
        elif "header.json" in self.zip:
            self.header = JsonFile(self.zip.read("header.json"))
        elif "_journal/start.json" in self.zip:
            self.has_header = False
            self.header = JsonFile(self.zip.read("_journal/start.json"))
        else:
            raise BadRun("The file holds neither header.json nor _journal/start.json, so it is no log of Inspect.")
        self.eval = _object(self.header.get("eval"), "eval")
        self.config = _object(self.eval.get("config"), "eval.config")
        self.results = self.header.get("results") if self.has_header else None
        self.status = words.text(self.header.get("status"), 20) if self.has_header else "started"

    # --- the figures -----------------------------------------------------------------

    def figures(self) -> Iterator[Figure]:
        scores = self.results.get("scores") if isinstance(self.results, dict) else None
        scores = [score for score in scores or [] if isinstance(score, dict)] if isinstance(scores, list | None) else []
        found = [figure for index, score in enumerate(scores) for figure in self._score_figures(score, index)]
        yield from found or [self._nothing()]

    def _nothing(self) -> Figure:
        """The row that says why a log without scores has no figure."""
        if not self.has_header:
            why = "The log was never finished: it has no header."
        elif self.status != "success":
            why = f"The run was {ENDED_BADLY.get(self.status, self.status or 'not finished')}, without results."
        else:
            why = "There are no scores in the log."
        return replace(self._frame(), take=NO, why=why)

    def _score_figures(self, score: dict[str, Any], index: int) -> Iterator[Figure]:
        made = [_Metric.of(key, data) for key, data in _object(score.get("metrics"), "metrics").items()]
        metrics = [metric for metric in made if metric is not None]
        shares = any(metric.base not in OWN_SCALE | NO_FIGURE for metric in metrics)
        for metric in metrics:
            if metric.base not in NO_FIGURE and _last(metric.name) not in NO_FIGURE:
                yield self._figure(score, metric, metrics, shares, is_first=index == 0 and metric is metrics[0])

    def _figure(
        self, score: dict[str, Any], metric: _Metric, metrics: list[_Metric], shares: bool, *, is_first: bool
    ) -> Figure:
        frame = self._frame()
        name, reducer = words.text(score.get("name"), 80), words.text(score.get("reducer"), 40)
        value = words.number(metric.value)
        items = self._items(score, reducer)
        items_scored = self._item_scores(score, reducer)
        unit = self._unit(metric, value, shares, items_scored)
        factor = 100 if unit == PERCENT else 1
        stderr, note = _stderr(metric, metrics)
        because = self._partial_because(score, items, frame.items_in_set)
        take, why = self._take(score, metric, metrics, reducer, value, is_first=is_first)
        return replace(
            frame,
            metric=metric.name,
            filter=name,
            reducer=reducer,
            score=None if value is None else value * factor,
            as_written=metric.value,
            unit=unit,
            stderr=None if stderr is None or value is None else stderr * factor,
            stderr_note=note,
            items=items,
            partial=bool(because),
            partial_because=because,
            variant=self._variant(reducer),
            take=take,
            why=why,
            item_scores=items_scored,
        )

    def _take(
        self,
        score: dict[str, Any],
        metric: _Metric,
        metrics: list[_Metric],
        reducer: str,
        value: float | None,
        *,
        is_first: bool,
    ) -> tuple[str, str]:
        if self.status != "success":
            return REFUSE, f"The run was {ENDED_BADLY.get(self.status, self.status or 'not finished')}."
        if self.header.get("invalidated"):
            return REFUSE, "Samples of the log were declared invalid."
        if value is None:
            return PASS_OVER, "There is no figure: the tool wrote NaN or Infinity."
        if metric.group_key:
            if not any(each.group_key and each.name == each.whole for each in metrics):
                return ASK, "The log has figures of groups only, none over all samples."
            if metric.name != metric.whole:
                return PASS_OVER, "It is the figure of a group of the samples, not of the whole."
        headline = self._headline()
        if headline is None:
            if not is_first:
                return ASK, "The log names no headline figure, and this is not its first."
        elif words.text(score.get("name"), 80) != headline["score"]:
            if words.text(score.get("scorer"), 80) == headline["scorer"]:
                return PASS_OVER, "It is another value of the same scorer, not the headline figure."
            return ASK, f"It is another scorer of the same task; the headline names {headline['score']}."
        if reducer not in MEAN_REDUCERS:
            return VARIANT, "The best of several answers, or their majority, is not one attempt."
        if quantised := self._settings().quantised:
            return VARIANT, f"Quantised weights ({quantised}) are not the base model."
        return YES, ""

    def _headline(self) -> dict[str, str] | None:
        found = self.results.get("headline") if isinstance(self.results, dict) else None
        if not isinstance(found, dict):
            return None
        return {name: words.text(found.get(name), 80) for name in ("scorer", "score", "metric", "reducer")}

    @staticmethod
    def _unit(metric: _Metric, value: float | None, shares: bool, items: tuple[ItemScore, ...]) -> str:
        """Percent where the scores are shares of 1; a mean is one when its items are, or an accuracy stands by."""
        if metric.base not in OWN_SCALE:
            return PERCENT if value is None or 0 <= value <= 1 else POINTS
        if value is None or not 0 <= value <= 1 or metric.base in ("sum", "total"):
            return POINTS
        within = bool(items) and all(0 <= item.score <= 1 for item in items)
        return PERCENT if shares or within else POINTS

    # --- what the run was ------------------------------------------------------------

    def _frame(self) -> Figure:
        """A figure with everything the log says of the run as a whole."""
        dataset = words.mapping(self.eval.get("dataset"))
        model, service = _maker_and_model(words.text(self.eval.get("model"), 200))
        packages = words.mapping(self.eval.get("packages"))
        served = self._served()
        registry, task = words.text(self.eval.get("task_registry_name"), 160), words.text(self.eval.get("task"), 160)
        return Figure(
            file=self.file.name,
            tool=TOOL,
            tool_version=words.text(packages.get("inspect_ai"), 40),
            take=NO,
            model=model,
            model_note="; ".join(
                part
                for part in (
                    f"served through {service}" if service else "",
                    f"the service said {served}" if served and served != model else "",
                )
                if part
            ),
            benchmark=registry or task,
            task_version=words.text(str(self.eval.get("task_version", "")), 40),
            items_in_set=words.whole(dataset.get("samples")),
            attempts=words.whole(self.config.get("epochs")) or 1,
            date=self._date(),
            date_note="evaluated, UTC" if self._date() else "",
            settings=self._settings(),
            run_id=words.text(f"{self.eval.get('eval_id')}", 200),
            lower_is_better=None,
        )

    def _served(self) -> str:
        """The name the service answered with, from the first sample; "" when samples were not logged."""
        try:
            if self.zip is None:
                sample = next((value for _, value in self.file.json.each("samples")), None)
            else:
                first = self.zip.first("samples")
                sample = {"output": JsonFile(self.zip.read(first)).get("output")} if first else None
        except (BadJson, BadRun):
            return ""  # a note only: the figures do not depend on it
        output = sample.get("output") if isinstance(sample, dict) else None
        return words.text(output.get("model"), 200) if isinstance(output, dict) else ""

    def _date(self) -> dt.date | None:
        written = words.text(self.eval.get("created"), 40)
        try:
            moment = dt.datetime.fromisoformat(written)
        except ValueError:
            return None
        return moment.astimezone(dt.UTC).date() if moment.tzinfo else moment.date()

    def _settings(self) -> Settings:
        generate = self.eval.get("model_generate_config")
        generate = words.mapping(generate)
        plan = self.header.get("plan")
        plan_config = words.mapping(words.mapping(plan).get("config"))
        generate = {**generate, **{name: value for name, value in plan_config.items() if value is not None}}
        arguments = words.mapping(self.eval.get("model_args"))
        system = generate.get("system_message")
        limit = self.config.get("limit")
        ids = self.config.get("sample_id")
        said = "" if limit is None else words.text(str(limit), 40)
        if ids is not None:
            said = f"picked samples {words.text(str(ids), 60)}"
        more = {
            name: words.text(str(self.config[name]), 60)
            for name in ("message_limit", "token_limit", "time_limit", "epochs_reducer")
            if self.config.get(name) is not None
        }
        seed = generate.get("seed")
        return Settings(
            temperature=words.number(generate.get("temperature")),
            effort=words.text(generate.get("reasoning_effort"), 20),
            system_prompt_hash=hashlib.sha256(system.encode("utf-8", "replace")).hexdigest()
            if isinstance(system, str) and system
            else "",
            limit=said,
            repeats=words.whole(self.config.get("epochs")),
            seed="" if seed is None else words.text(str(seed), 40),
            quantised=words.quantised(arguments, words.text(self.eval.get("model"), 200)),
            more=more,
        )

    def _variant(self, reducer: str) -> str:
        epochs = words.whole(self.config.get("epochs")) or 1
        effort = self._settings().effort
        said = [reducer if reducer not in MEAN_REDUCERS else "", f"{epochs} epochs" if epochs > 1 else ""]
        return ", ".join(part for part in (*said, f"{effort} effort" if effort else "") if part)

    # --- what it rests on ------------------------------------------------------------

    def _items(self, score: dict[str, Any], reducer: str) -> int | None:
        """Questions scored; without a reducer over several epochs every answer counts as one sample."""
        scored = words.whole(score.get("scored_samples"))
        epochs = words.whole(self.config.get("epochs")) or 1
        if scored is not None and self.config.get("epochs_reducer") == [] and not reducer:
            return scored // epochs
        return scored

    def _partial_because(self, score: dict[str, Any], items: int | None, in_set: int | None) -> tuple[str, ...]:
        because = []
        total, completed = (
            words.whole(words.mapping(self.results).get(name)) for name in ("total_samples", "completed_samples")
        )
        if total is not None and completed is not None and completed < total:
            because.append(f"{completed} of {total} samples were completed")
        unscored = words.whole(score.get("unscored_samples"))
        if unscored:
            because.append(f"{unscored} samples could not be scored")
        if self.config.get("limit") is not None:
            because.append(f"limit {words.text(str(self.config['limit']), 40)}")
        if self.config.get("sample_id") is not None:
            because.append("picked samples")
        dataset = words.mapping(self.eval.get("dataset"))
        ids = dataset.get("sample_ids")
        if isinstance(ids, list) and in_set is not None and len(ids) < in_set:
            because.append(f"{len(ids)} of {in_set} questions")
        elif items is not None and in_set is not None and items < in_set and not because:
            because.append(f"{items} of {in_set} questions were scored")
        return tuple(because)

    # --- question by question ----------------------------------------------------------

    def _item_scores(self, score: dict[str, Any], reducer: str) -> tuple[ItemScore, ...]:
        """Scores of the questions, from the log's own reductions over epochs."""
        wanted = words.text(score.get("scorer"), 80), words.text(score.get("name"), 80)
        groups = self._groups
        attempt = 1 if (words.whole(self.config.get("epochs")) or 1) == 1 else 0
        found = []
        for scorer, made_by, samples in self._reductions:
            if scorer not in wanted or made_by != reducer:
                continue
            for item, value in samples:
                value = value.get(wanted[1]) if isinstance(value, dict) else value
                number = words.number(float(value) if isinstance(value, bool) else value)
                if number is not None:
                    found.append(ItemScore(item, attempt, number, groups.get(item, "")))
            break
        return tuple(found)

    @cached_property
    def _reductions(self) -> list[tuple[str, str, list[tuple[str, Any]]]]:
        """(scorer, reducer, [(sample id, value)]) as logged; texts are dropped on the way."""
        if self.zip is None:
            text = self.header.part("reductions")
        else:
            text = JsonFile(self.zip.read("reductions.json")) if "reductions.json" in self.zip else None
        found = []
        for entry in text.parts() if text is not None else ():
            samples = [
                (words.text(str(value.get("sample_id")), 120), value.get("value"))
                for _, value in entry.each("samples")
                if isinstance(value, dict) and isinstance(value.get("sample_id"), str | int)
            ]
            found.append((words.text(entry.get("scorer"), 80), words.text(entry.get("reducer"), 40), samples))
        return found

    @cached_property
    def _groups(self) -> dict[str, str]:
        """Sample id → the cluster it belongs to, where a metric of the log names a metadata key for it."""
        scores = self.results.get("scores") if isinstance(self.results, dict) else None
        keys = {
            metric.cluster
            for score in scores or []
            if isinstance(score, dict) and isinstance(score.get("metrics"), dict)
            for metric in (_Metric.of(key, data) for key, data in score["metrics"].items())
            if metric is not None and metric.cluster
        }
        if len(keys) != 1:
            return {}
        key = keys.pop()
        if self.zip is None:
            samples = self.header.each("samples")
        else:
            samples = JsonFile(self.zip.read("summaries.json")).items() if "summaries.json" in self.zip else iter(())
        found = {}
        for _, sample in samples:
            metadata = sample.get("metadata") if isinstance(sample, dict) else None
            if isinstance(metadata, dict) and key in metadata:
                found[words.text(str(sample.get("id")), 120)] = words.text(str(metadata[key]), 80)
        return found


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRun(f"`{name}` of the log is no object, so the log is damaged.")
    return value


def _stderr(metric: _Metric, metrics: list[_Metric]) -> tuple[float | None, str]:
    """(standard error, note): the plain one beside the metric, else the clustered one, and it says so."""
    beside = [
        each for each in metrics
        if each.base == "stderr" and each.group_key == metric.group_key
        and (not metric.group_key or each.name == metric.name)
    ]  # fmt: skip
    plain = [each for each in beside if not each.cluster]
    for each in plain or beside:
        value = words.number(each.value)
        if value is not None:
            return value, f"clustered by {each.cluster}" if each.cluster else ""
    return None, ""


def _maker_and_model(name: str) -> tuple[str, str]:
    """(maker/model, service): the service that only serves is taken off a name of three parts or more."""
    service, slash, rest = name.partition("/")
    if slash and "/" in rest and service in SERVICES:
        return rest, service
    return name, ""
