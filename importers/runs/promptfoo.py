"""Reads exports of promptfoo (`--output x.json`). Its tests are a team's own, so an editor is asked.

A row of `prompts` is one provider with one prompt; its counts are of answers, so a repeated test
counts once for each repeat. Named scores are sums that need their weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import ASK, PASS_OVER, PERCENT, BadRun, Figure, ItemScore
from importers.runs.hf_files import day_of
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "promptfoo"
NEEDED = {"evalId", "results", "config"}
PRIVATE = "The tests are a private set of the team's own, so nobody can compare with them."


def matches(file: RunFile) -> bool:
    return file.base.endswith(".json") and file.json.keys() >= NEEDED


def read(file: RunFile) -> list[Figure]:
    """A pass rate for each provider and prompt, and its named scores."""
    if not matches(file):
        raise BadRun("The file has no `evalId`, `results` and `config`, so it is no JSON export of promptfoo.")
    try:
        return list(_Export(file).figures())
    except BadJson as error:
        raise BadRun(f"The export {error}.") from error


class _Export:
    def __init__(self, file: RunFile):
        self.file = file
        results = file.json.part("results")
        if results is None or not results.is_object:
            raise BadRun("`results` of the export is no object.")
        prompts = results.get("prompts")
        self.prompts = [each for each in prompts if isinstance(each, dict)] if isinstance(prompts, list) else []
        self.stamp = results.get("timestamp")
        self.answers = [
            (each.get("promptIdx"), json.dumps(each.get("vars"), sort_keys=True), each.get("success"),
             words.mapping(each.get("namedScores")).keys())
            for _, each in results.each("results") if isinstance(each, dict)
        ]  # fmt: skip
        self.config = words.mapping(file.json.get("config"))
        self.version = words.text(words.mapping(file.json.get("metadata")).get("promptfooVersion"), 40)
        self.repeat = words.whole(words.mapping(file.json.get("runtimeOptions")).get("repeat")) or 1
        self.eval_id = words.text(file.json.get("evalId"), 80)

    def figures(self) -> Iterator[Figure]:
        if not self.prompts:
            raise BadRun("The export holds no prompts, so it has no results.")
        for index, prompt in enumerate(self.prompts):
            metrics = words.mapping(prompt.get("metrics"))
            yield self._pass_rate(index, prompt, metrics)
            for name in words.mapping(metrics.get("namedScores")):
                yield self._named(index, prompt, metrics, name)

    def _pass_rate(self, index: int, prompt: dict, metrics: dict) -> Figure:
        passed, failed, errors = (
            words.whole(metrics.get(f"test{kind}Count")) or 0 for kind in ("Pass", "Fail", "Error")
        )
        answers = passed + failed + errors
        items, in_set = self._items(index), self._in_set()
        because = []
        if in_set is not None and items < in_set:
            because.append(f"{items} of {in_set} tests")
        if errors:
            because.append(f"{errors} of {answers} answers ended in an error and stay in the denominator")
        return self._figure(
            index, prompt, "pass rate", 100 * passed / answers if answers else None,
            as_written=f"{passed} of {answers}", items=items, items_in_set=in_set,
            filter=words.text(prompt.get("label"), 80),
            partial=bool(because) if in_set is not None else (True if because else None),
            partial_because=tuple(because), item_scores=tuple(self._item_scores(index)),
        )  # fmt: skip

    def _named(self, index: int, prompt: dict, metrics: dict, name: str) -> Figure:
        total = words.number(words.mapping(metrics.get("namedScores")).get(name))
        weights = words.number(words.mapping(metrics.get("namedScoreWeights")).get(name))
        weights = weights or words.number(words.mapping(metrics.get("namedScoresCount")).get(name))
        share = None if total is None or not weights else total / weights
        items = len({test for at, test, _, names in self.answers if at == index and name in names})
        return self._figure(
            index, prompt, f"named score {words.text(name, 60)}",
            None if share is None else 100 * share, as_written=f"{total} of {weights}",
            items=items or None, items_in_set=self._in_set(),
            filter=words.text(prompt.get("label"), 80) if len(self.prompts) > 1 else "",
        )  # fmt: skip

    def _figure(self, index: int, prompt: dict, metric: str, score: float | None, **more: Any) -> Figure:
        provider = words.text(prompt.get("provider"), 200)
        return Figure(
            file=self.file.name,
            tool=TOOL,
            tool_version=self.version,
            take=PASS_OVER if score is None else ASK,
            why="There is no figure." if score is None else PRIVATE,
            model=provider,
            model_note="the provider's label",
            benchmark=words.text(self.config.get("description"), 160),
            metric=metric,
            score=score,
            unit=PERCENT,
            attempts=self.repeat,
            date=day_of(self.stamp),
            date_note="evaluated, UTC" if day_of(self.stamp) else "",
            run_id=words.text(f"{self.eval_id}:{index}:{provider}", 200),
            **more,
        )

    def _items(self, index: int) -> int:
        return len({test for at, test, _, _ in self.answers if at == index})

    def _in_set(self) -> int | None:
        tests = self.config.get("tests")
        return len(tests) if isinstance(tests, list) and tests else None

    def _item_scores(self, index: int) -> Iterator[ItemScore]:
        attempts: dict[str, int] = {}
        for at, test, success, _ in self.answers:
            if at == index:
                attempts[test] = attempts.get(test, 0) + 1
                yield ItemScore(words.text(test, 120), attempts[test], 1.0 if success is True else 0.0)
