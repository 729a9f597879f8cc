"""Reads results of EvalPlus (`…_eval_results.json`), which hold every answer but no score.

pass@1 is the mean over tasks of the share of their answers that pass; the plus score asks that
the base tests pass too. The model stands only in the file's name, the set in the task ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import PASS_OVER, PERCENT, VARIANT, YES, BadRun, Figure, ItemScore, Settings
from importers.runs.hf_files import day_of
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "evalplus"
# prefix of a task id → (set, tasks it has where that is fixed)
SETS = {"HumanEval": ("HumanEval", 164), "Mbpp": ("MBPP", None)}
NAME = re.compile(
    r"(?P<model>.+?)(?:_(?P<backend>hf|vllm|openai|google|anthropic|bedrock|ollama|gptqmodel)_temp_(?P<heat>[0-9.]+))?"
    r"(?:-sanitized|-sanitized-calibrated)?_eval_results\.json"
)


def matches(file: RunFile) -> bool:
    return file.base.endswith(".json") and {"eval", "hash"} <= file.json.keys()


def read(file: RunFile) -> list[Figure]:
    """pass@1 on the base tests and on base and plus tests."""
    if not matches(file):
        raise BadRun("The file has no `eval` and `hash`, so it is no result of EvalPlus.")
    try:
        answers = dict(_answers(file))
        date = file.json.get("date")
    except BadJson as error:
        raise BadRun(f"The file {error}.") from error
    if not answers:
        raise BadRun("`eval` of the file holds no answers.")
    prefixes = {task.partition("/")[0] for task in answers}
    if len(prefixes) != 1 or not prefixes <= SETS.keys():
        raise BadRun("The task ids are of no one known set (HumanEval or Mbpp), so the set is not known.")
    name, size = SETS[prefixes.pop()]
    return [
        _figure(
            file, f"{name} (base)", size, date, {task: [base for base, _ in each] for task, each in answers.items()}
        ),
        _figure(file, f"{name}+", size, date, {task: [plus for _, plus in each] for task, each in answers.items()}),
    ]


def _answers(file: RunFile) -> Iterator[tuple[str, list[tuple[bool, bool | None]]]]:
    """(task, [(base tests pass, both pass)]); the second is None where only the base tests were run."""
    for task, answers in file.json.each("eval"):
        if not isinstance(answers, list) or not answers:
            continue
        found = []
        for each in answers:
            if not isinstance(each, dict) or not isinstance(each.get("base_status"), str):
                raise BadRun(f"An answer to {words.text(task, 40)} has no base_status, so the file is damaged.")
            base, plus = each["base_status"] == "pass", each.get("plus_status")
            found.append((base, base and plus == "pass" if isinstance(plus, str) else None))
        yield task, found


def _figure(file: RunFile, benchmark: str, size: int | None, date: Any, passed: dict[str, list]) -> Figure:
    named = NAME.fullmatch(file.base)
    model = (named.group("model") if named else file.path.stem).replace("--", "/", 1)
    heat = named.group("heat") if named else None
    known = all(each is not None for answers in passed.values() for each in answers)
    counts = {len(answers) for answers in passed.values()}
    score = 100 * sum(sum(answers) / len(answers) for answers in passed.values()) / len(passed) if known else None
    quantised = words.quantised({}, model)
    partial = None if size is None else len(passed) < size
    take, why = (VARIANT, f"Quantised weights ({quantised}) are not the base model.") if quantised else (YES, "")
    return Figure(
        file=file.name,
        tool=TOOL,
        take=take if known else PASS_OVER,
        why=why if known else "The plus tests were not run.",
        model=words.text(model, 200),
        model_note="from the file's name only",
        benchmark=benchmark,
        metric="pass@1",
        score=score,
        as_written="computed: the file holds no score",
        unit=PERCENT,
        lower_is_better=False,
        items=len(passed),
        items_in_set=size,
        attempts=counts.pop() if len(counts) == 1 else None,
        date=day_of(date),
        date_note="local time" if day_of(date) else "",
        settings=Settings(temperature=float(heat) if heat and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", heat) else None),
        partial=partial,
        partial_because=(f"{len(passed)} of {size} tasks",) if partial else (),
        run_id=words.text(f"{file.base}:{date}:{benchmark}", 200),
        item_scores=tuple(
            ItemScore(words.text(task, 120), number, float(each))
            for task, answers in passed.items()
            for number, each in enumerate(answers, start=1)
            if each is not None
        ),
    )
