"""Reads run reports of SWE-bench (`MODEL.RUN.json`).

The report names neither the model nor the set: the model stands in the file's name, the set
must be named by an editor, who compares the number of instances with the set's known size.
Instances that could not be run count as unresolved in the tool's own rate.
"""

from __future__ import annotations

from typing import Any

from importers.runs import words
from importers.runs.figures import ASK, PERCENT, BadRun, Figure, ItemScore
from importers.runs.jsonfile import BadJson
from importers.runs.sources import RunFile

TOOL = "swebench"
NEEDED = {"total_instances", "resolved_ids", "submitted_ids"}
# Lists of instances that were tried and not solved; those never run, or failed by the machine, are left out.
FAILED = ("unresolved_ids", "empty_patch_ids", "error_ids")
NOT_RUN = ("incomplete_ids", "infra_failure_ids", "ambiguous_failure_ids")
SHORT = {
    "incomplete_instances": "not run",
    "error_instances": "with errors",
    "infra_failure_instances": "failed by the infrastructure",
    "ambiguous_failure_instances": "failed for an unclear reason",
}


def matches(file: RunFile) -> bool:
    return file.base.endswith(".json") and file.json.keys() >= NEEDED


def read(file: RunFile) -> list[Figure]:
    """The one figure of a report."""
    if not matches(file):
        raise BadRun("The file has no `total_instances`, `resolved_ids` and `submitted_ids`, so it is no run report.")
    try:
        data = file.json.whole()
    except BadJson as error:
        raise BadRun(f"The report {error}.") from error
    total, resolved = words.whole(data.get("total_instances")), _ids(data, "resolved_ids")
    if not total or len(resolved) > total:
        raise BadRun("The report's counts do not fit together: more instances resolved than there are.")
    because = _partial_because(data, total)
    model, run = _named(file.base)
    return [
        Figure(
            file=file.name,
            tool=TOOL,
            take=ASK,
            why="The report names neither model nor set. An editor names both and compares the number of instances.",
            model=model,
            model_note="from the file's name",
            metric="resolved",
            score=100 * len(resolved) / total,
            as_written=f"{len(resolved)} of {total}",
            unit=PERCENT,
            lower_is_better=False,
            items=total,
            attempts=1,
            partial=bool(because) or None,
            partial_because=because,
            run_id=words.text(f"{model}:{run}", 200),
            item_scores=_item_scores(data, resolved),
        )
    ]


def _named(base: str) -> tuple[str, str]:
    """(model, run) of “org__model.run.json”: the tool writes __ for /."""
    name, _, run = base.removesuffix(".json").rpartition(".")
    return words.text((name or run).replace("__", "/", 1), 200), words.text(run if name else "", 80)


def _ids(data: dict[str, Any], name: str) -> list[str]:
    found = data.get(name)
    return list(dict.fromkeys(each for each in found if isinstance(each, str))) if isinstance(found, list) else []


def _partial_because(data: dict[str, Any], total: int) -> tuple[str, ...]:
    because = []
    counts = {**data, "incomplete_instances": len(_ids(data, "incomplete_ids"))}
    for name, word in SHORT.items():
        count = words.whole(counts.get(name))
        if count:
            because.append(f"{count} of {total} {word}")
    known = set().union(*(_ids(data, name) for name in ("resolved_ids", *FAILED, *NOT_RUN)))
    outside = [each for each in _ids(data, "submitted_ids") if each not in known]
    if outside:
        because.append(f"{len(outside)} submitted outside the set")
    return tuple(because)


def _item_scores(data: dict[str, Any], resolved: list[str]) -> tuple[ItemScore, ...]:
    """1 or 0 for each instance that was tried; the instances of one repository belong together."""
    left_out = {each for name in NOT_RUN for each in _ids(data, name)}
    scores = {each: 0.0 for name in FAILED for each in _ids(data, name) if each not in left_out}
    scores |= dict.fromkeys(resolved, 1.0)
    return tuple(
        ItemScore(words.text(each, 120), 1, score, words.text(each.rpartition("-")[0], 80))
        for each, score in sorted(scores.items())
    )
