"""Two files of evaluation tools, compared question by question without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comparisons.core.item_call import ItemCall, item_call
from comparisons.core.paired import Item, NotPaired, Paired, pair
from comparisons.runs.wording import paired_sentence
from importers.runs.figures import PERCENT, REFUSE, Figure, Reading, tidy
from importers.runs.items_csv import item_means


class NothingToCompare(ValueError):
    """Two readings that have no figure with items in common; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """One figure that both files have with items: the two figures, their paired comparison and its call."""

    first: Figure
    second: Figure
    paired: Paired
    call: ItemCall

    @property
    def sentence(self) -> str:
        return paired_sentence(self.first.model, self.second.model, self.paired, self.call)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know beside the sentence: other settings, partial runs, refused figures, left-out items."""
        found = []
        if self.first.task_version != self.second.task_version:
            found.append(f"The task has two versions: {self.first.task_version!r} and {self.second.task_version!r}.")
        if self.first.variant != self.second.variant:
            found.append(f"The settings differ: {self.first.variant or 'none'}; {self.second.variant or 'none'}.")
        for figure in (self.first, self.second):
            if figure.why:
                found.append(f"{figure.model}: {figure.why}")
            if figure.partial:
                found.append(f"{figure.model}: partial, {'; '.join(figure.partial_because)}.")
        if self.paired.left_out:
            found.append(f"{self.paired.left_out} questions of one id are not the same question and were left out.")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain data, for `compare_runs --json`."""
        paired, call = self.paired, self.call
        return {
            "benchmark": self.first.benchmark,
            "metric": self.first.metric,
            "filter": self.first.filter,
            "reducer": self.first.reducer,
            "models": [self.first.model, self.second.model],
            "items": paired.items,
            "wins": paired.wins,
            "losses": paired.losses,
            "ties": paired.ties,
            "scores": [tidy(paired.mean_a), tidy(paired.mean_b)],
            "difference": tidy(paired.difference),
            "stderr": tidy(paired.stderr),
            "margin": tidy(paired.margin),
            "clusters": paired.clusters,
            "p": paired.p,
            "p_by": paired.p_by,
            "call": {"word": call.word, "favours": None if call.favours is None else (self.first, self.second)[call.favours].model,
                     "p": call.p, "z": tidy(call.z)},
            "left_out": paired.left_out,
            "sentence": self.sentence,
            "notes": list(self.notes),
        }  # fmt: skip


def compare_readings(first: Reading, second: Reading, *, models: tuple[str, str] = ("", "")) -> list[FilePair]:
    """Every figure that both readings hold with items, compared. Raises `NothingToCompare`.

    Figures fit by benchmark, metric, filter and reducer. A model named in `models` chooses
    among several in one file.
    """
    ours, theirs = (_by_task(reading, model) for reading, model in zip((first, second), models, strict=True))
    found, reasons = [], []
    for task in ours.keys() & theirs.keys():
        try:
            paired = pair(_items(ours[task]), _items(theirs[task]))
        except NotPaired as error:
            reasons.append(str(error))
            continue
        found.append(FilePair(ours[task], theirs[task], paired, item_call(paired)))
    if not found:
        raise NothingToCompare(_why_nothing(first, second, ours, theirs, reasons))
    return sorted(found, key=lambda each: (each.first.benchmark, each.first.metric, each.first.filter))


def _by_task(reading: Reading, model: str) -> dict[tuple[str, ...], Figure]:
    """Figures with items by what they measure. Raises `NothingToCompare` when models are mixed."""
    found: dict[tuple[str, ...], Figure] = {}
    for figure in _with_items(reading, model):
        task = figure.benchmark, figure.metric, figure.filter, figure.reducer
        other = found.setdefault(task, figure)
        if other is not figure:
            raise NothingToCompare(
                f"{reading.path} holds {figure.benchmark} more than once ({other.model}, {figure.model}). "
                "Name one file, or one of its models with --models."
            )
    return found


def _with_items(reading: Reading, model: str) -> Iterator[Figure]:
    for figure in reading.figures:
        refused_score = figure.take == REFUSE and figure.score is None
        if figure.item_scores and figure.unit == PERCENT and not refused_score and model in ("", figure.model):
            yield figure


def _items(figure: Figure) -> dict[str, Item]:
    means = item_means(list(figure.item_scores))
    facts = {item.item: item for item in figure.item_scores}
    return {name: Item(mean, facts[name].group, facts[name].digest) for name, mean in means.items()}


def _why_nothing(first: Reading, second: Reading, ours: dict, theirs: dict, reasons: list[str]) -> str:
    if reasons:
        return reasons[0]
    for reading, found in ((first, ours), (second, theirs)):
        if not found:
            return f"{reading.path} holds no scores of single questions. Write samples out when you run the tool."
    mine, yours = (
        ", ".join(sorted({" / ".join(part for part in task if part) for task in found})[:5]) for found in (ours, theirs)
    )
    return f"The two hold no figure in common: {mine} against {yours}."
