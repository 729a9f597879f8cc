"""Reads submissions to the τ²-bench leaderboard (`submission.json`).

`results` has, for each domain, pass^1 to pass^4 in percent: the share of tasks solved in all of
k trials. pass^1 is the figure of one attempt; the others are variants. A submission with a
scaffold of its own is not the standard setting, and one that left questions out is partial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from importers.runs import words
from importers.runs.figures import NO, PERCENT, REFUSE, VARIANT, YES, BadRun, Figure, Settings
from importers.runs.hf_files import day_of
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "tau2-bench"
NEEDED = {"model_name", "submitting_organization", "results"}
KEY = re.compile(r"pass_([1-9])")
TRIALS = re.compile(r"_([0-9]{1,2})trials?\b")


def matches(file: RunFile) -> bool:
    return file.base.endswith(".json") and file.json.keys() >= NEEDED


def read(file: RunFile) -> list[Figure]:
    """Every figure of one submission."""
    if not matches(file):
        raise BadRun("The file has no `model_name`, `submitting_organization` and `results`, so it is no submission.")
    try:
        data = file.json.whole()
    except BadJson as error:
        raise BadRun(f"The submission {error}.") from error
    results = data.get("results")
    if not isinstance(results, dict):
        raise BadRun("`results` of the submission is no object.")
    found = [figure for domain, values in results.items() for figure in _domain(file, data, domain, values)]
    if not found:
        why = "The submission holds no results."
        return [Figure(file=file.name, tool=TOOL, take=NO, why=why, model=words.text(data["model_name"], 200))]
    return found


def _domain(file: RunFile, data: dict[str, Any], domain: str, values: Any) -> Iterator[Figure]:
    for name, written in values.items() if isinstance(values, dict) else ():
        key = KEY.fullmatch(name)
        if key and written is not None:
            yield _figure(file, data, domain, values, int(key.group(1)), written)


def _figure(file: RunFile, data: dict[str, Any], domain: str, values: dict, k: int, written: Any) -> Figure:
    method = words.mapping(data.get("methodology"))
    checked = words.mapping(method.get("verification"))
    value = words.number(written)
    in_range = value is not None and 0 <= value <= 100
    custom = [
        "custom scaffold" if data.get("submission_type") == "custom" else "",
        "modified prompts" if checked.get("modified_prompts") is True else "",
        "voice" if data.get("modality") == "voice" else "",
    ]
    omitted = checked.get("omitted_questions")
    if not in_range:
        take, why = REFUSE, "The figure is no percentage from 0 to 100."
    elif k > 1:
        take, why = VARIANT, f"All of {k} trials solved: not one attempt."
    elif any(custom):
        take, why = VARIANT, f"Not the standard setting: {', '.join(part for part in custom if part)}."
    else:
        take, why = YES, ""
    effort, retrieval = words.text(data.get("reasoning_effort"), 40), words.text(values.get("retrieval_config"), 40)
    maker, by = (words.text(data.get(name), 120) for name in ("model_organization", "submitting_organization"))
    date = day_of(method.get("evaluation_date"))
    told = [f"{effort} effort" if effort else "", *custom, f"retrieval {retrieval}" if retrieval else ""]
    return Figure(
        file=file.name,
        tool=TOOL,
        tool_version=words.text(method.get("tau2_bench_version"), 40),
        take=take,
        why=why,
        model=words.text(data.get("model_name"), 200),
        model_note=f"by {maker}" if maker else "",
        benchmark=words.text(domain, 80),
        metric=f"pass^{k}",
        score=value if in_range else None,
        as_written=written,
        unit=PERCENT,
        attempts=_trials(data, domain) or (k if k > 1 else None),
        date=date or day_of(data.get("submission_date")),
        date_note="evaluated" if date else "submitted",
        settings=Settings(
            effort=effort,
            more={
                name: text
                for name, text in (
                    ("user_simulator", words.text(method.get("user_simulator"), 80)),
                    ("retrieval", retrieval),
                    ("submission_type", words.text(data.get("submission_type"), 40)),
                )
                if text
            },
        ),
        variant=", ".join(part for part in told if part),
        partial=omitted if isinstance(omitted, bool) else None,
        partial_because=("questions were left out",) if omitted is True else (),
        evaluator="" if not maker or not by else "maker" if maker.casefold() == by.casefold() else "independent",
        run_id=words.text(f"{data.get('model_name')}:{by}:{data.get('submission_date')}:{domain}:{effort}", 200),
    )


def _trials(data: dict[str, Any], domain: str) -> int | None:
    """Trials of each task, which only the name of the trajectory file tells."""
    files = data.get("trajectory_files")
    name = files.get(domain) if isinstance(files, dict) else None
    found = TRIALS.search(name) if isinstance(name, str) else None
    return int(found.group(1)) or None if found else None
