"""`/runs/ID/`: the settings of a run, its figures, its groups, its hard and easy questions, and its rivals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from comparisons.core import pairs, student
from comparisons.core.item_call import item_call
from comparisons.core.method import METHOD
from comparisons.core.paired import NotPaired, pair_answers
from comparisons.pages.base import PageMeta, UnknownPage, absolute
from comparisons.pages.parts import Link
from comparisons.runs.wording import paired_sentence
from models_catalog import run_shelf
from models_catalog.core import display
from models_catalog.run_shelf import AnswerSheet, FigureSpec, RunSpec

MOST_RIVALS = 20
MOST_QUESTIONS = 12
MOST_GROUPS = 60
EXACT = 1e-9
LARGE_DIFFERENCE = 0.02  # of a stated standard error to the one of the questions
SETTING_NAMES = {
    "shots": "Shots", "chat_template": "Chat template", "chat_template_hash": "Hash of the chat template",
    "system_prompt_hash": "Hash of the system prompt", "temperature": "Temperature", "effort": "Effort", "limit": "Limit",
    "repeats": "Repeats", "seed": "Seed", "quantised": "Quantised",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure in the table of a run."""

    name: str
    score: str
    margin: str
    items: str
    note: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What a run got on the questions of one group."""

    name: str
    items: str
    score: str


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question, and how many of all models solved it."""

    item: str
    group: str
    others: str


@dataclass(frozen=True, slots=True)
class RivalLine:
    """Another model that answered the same questions, and the paired sentence."""

    link: Link
    sentence: str


@dataclass(frozen=True)
class RunPage:
    """A run with what its questions tell. `others` counts models that answered the same questions."""

    run: RunSpec
    figures: tuple[FigureLine, ...]
    groups: tuple[GroupLine, ...]
    hardest: tuple[QuestionLine, ...]
    easy_lost: tuple[QuestionLine, ...]
    solved_by_all: int
    solved_by_none: int
    rivals: tuple[RivalLine, ...]
    rivals_left: int

    @property
    def path(self) -> str:
        return self.run.href

    @property
    def title(self) -> str:
        return f"{self.run.model_name} on {self.run.benchmark_name}"

    @property
    def crumbs(self) -> list[dict]:
        return [
            {"text": "Benchmarks", "href": "/benchmarks/"},
            {"text": self.run.benchmark_name, "href": f"/benchmarks/{self.run.benchmark}/"},
        ]

    @property
    def basis(self) -> str:
        """The finding in a sentence."""
        first = self.run.figures[0]
        margin = margin_of(first)
        found = [value_text(first.score, first.unit) + ("" if margin is None else f" ± {display.margin(margin)}")]
        if first.items:
            found.append(display.counted(first.items, "question"))
        return f"A run with {tool_text(self.run)}: {', '.join(found)}."

    @property
    def notes(self) -> list[dict]:
        day = self.run.measured_on
        found = [{"text": f"Run {self.run.id}", "href": None, "iso": None}]
        if day:
            found.append({"text": display.date(day), "href": None, "iso": day.isoformat()})
        return found

    @property
    def facts(self) -> list[dict]:
        """Tool, names, settings: as the file states them."""
        run = self.run
        named = None if run.named == run.model_name else f"named {run.named} in the file"
        listed: list[tuple[str, str, str | None, str | None]] = [
            ("Model", run.model_name, named, None),
            ("Tool", tool_text(run).capitalize() if run.tool == "items-csv" else tool_text(run), None, None),
            ("Task", run.task, f"version {run.task_version}" if run.task_version else None, None),
            (
                "Date",
                display.date(run.measured_on) if run.measured_on else "not stated",
                run.measured_on_note or None,
                None,
            ),
            ("Who ran it", run.evaluator or "not stated", None, None),
        ]
        listed += [
            (SETTING_NAMES.get(name, name.replace("_", " ").capitalize()), setting_text(value), None, None)
            for name, value in run.settings.items()
        ]
        if run.note:
            listed.append(("Note", run.note, None, None))
        if run.source_url:
            listed.append(("Source", "the run’s own page", None, run.source_url))
        listed.append(("SHA-256 of the file", run.file_hash or "not kept", None, None))
        return [{"label": label, "text": text, "sub": sub, "href": href} for label, text, sub, href in listed]

    @property
    def has_items(self) -> bool:
        return any(figure.has_items for figure in self.run.figures)

    @property
    def downloads(self) -> tuple[Link, ...]:
        """The scores of single questions, without texts."""
        path = f"/api/v1/runs/{self.run.id}/items"
        return (Link(f"{path}.csv", "CSV"), Link(path, "JSON")) if self.has_items else ()

    @property
    def agreement(self) -> str:
        """How many questions everybody or nobody solved."""
        return (
            f"Of all models that answered these questions, everybody solved {display.count(self.solved_by_all)} and "
            f"nobody {display.count(self.solved_by_none)}."
        )

    @property
    def meta(self) -> PageMeta:
        return PageMeta(self.title, self.basis, absolute(self.path))


def load_run(number: int) -> RunPage:
    """The page of a run. At most five queries. Raises `UnknownPage`."""
    run = run_shelf.run(number)
    if run is None:
        raise UnknownPage("run", str(number))
    own = next((figure for figure in run.figures if figure.has_items), None)
    sheets = run_shelf.sheets_on(run.benchmark) if own else ()
    mine = next((sheet for sheet in sheets if own and sheet.figure == own.id), None)
    field = _field(mine, sheets)
    hardest, easy_lost, everybody, nobody = _questions(mine, field)
    rivals, left = _rivals(run, mine, field)
    return RunPage(
        run=run,
        figures=tuple(_figure_line(figure) for figure in run.figures),
        groups=_groups(mine),
        hardest=hardest,
        easy_lost=easy_lost,
        solved_by_all=everybody,
        solved_by_none=nobody,
        rivals=rivals,
        rivals_left=left,
    )


def _field(mine: AnswerSheet | None, sheets: Iterable[AnswerSheet]) -> dict[str, AnswerSheet]:
    """Model → its answers to the same questions in the same task, all of its runs together."""
    found: dict[str, list[AnswerSheet]] = defaultdict(list)
    for sheet in sheets:
        if mine is not None and sheet.task == mine.task and sheet.item_set == mine.item_set:
            found[sheet.model].append(sheet)
    return {slug: run_shelf.joined(same) for slug, same in found.items()}


def tool_text(run: RunSpec) -> str:
    """“lm-eval 0.4.13”."""
    if run.tool == "items-csv":
        return "a table of answers"
    return f"{run.tool} {run.tool_version}".strip()


def value_text(score: float, unit: str) -> str:
    """A figure in its unit."""
    return display.benchmark_score(display.decimal_of(score), "percent" if unit == "percent" else "score")


def setting_text(value: object) -> str:
    """A setting as a reader sees it."""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def margin_of(figure: FigureSpec) -> float | None:
    """Half of the 90 % interval of a figure, from its error and its questions; None without them."""
    error = figure.stderr if figure.stderr is not None else figure.stderr_of_items
    if error is None or not figure.items or figure.items < 2:
        return None
    return student.quantile((1 + METHOD.interval) / 2, figure.items - 1) * error


def _figure_line(figure: FigureSpec) -> FigureLine:
    margin = margin_of(figure)
    of = f" of {display.count(figure.items_in_set)}" if figure.items_in_set else ""
    attempts = figure.attempts or 1
    each = f", {display.counted(attempts, 'attempt')} each" if attempts > 1 else ""
    notes = [figure.reason, "withdrawn" if figure.withdrawn else "" if figure.standard else "not the standard setting"]
    stated, found = figure.stderr, figure.stderr_of_items
    if stated and found is not None and abs(found / stated - 1) > LARGE_DIFFERENCE:
        notes.append(f"standard error {display.margin(stated)} in the file, {display.margin(found)} from its questions")
    return FigureLine(
        name=figure.name,
        score=value_text(figure.score, figure.unit),
        margin="not stated" if margin is None else f"± {display.margin(margin)}",
        items="not stated" if figure.items is None else f"{display.count(figure.items)}{of}{each}",
        note="; ".join(note for note in notes if note),
    )


def _groups(mine: AnswerSheet | None) -> tuple[GroupLine, ...]:
    """The groups that the file declares, largest first; none when it declares only one."""
    groups: dict[str, list[float]] = defaultdict(list)
    for (_, group, _), mean in zip(mine.entries, mine.means, strict=True) if mine is not None else ():
        if group and mean is not None:
            groups[group].append(mean)
    if len(groups) < 2:
        return ()
    order = sorted(groups, key=lambda name: (-len(groups[name]), name))[:MOST_GROUPS]
    return tuple(GroupLine(name, display.count(len(groups[name])), share_text(groups[name])) for name in order)


def share_text(scores: list[float]) -> str:
    """The mean of shares in percent."""
    return value_text(100 * math.fsum(scores) / len(scores), "percent")


Question = tuple[str, str, float, float, int]  # id, group, own mean, share of all models, number of models


def _questions(
    mine: AnswerSheet | None, field: dict[str, AnswerSheet]
) -> tuple[tuple[QuestionLine, ...], tuple[QuestionLine, ...], int, int]:
    """Questions few solved and this run did, questions most solved and this run did not, solved by all, by none."""
    if mine is None or len(field) < 2:
        return (), (), 0, 0
    board = np.array([sheet.means for sheet in field.values()], dtype=float)  # models x questions, NaN is missing
    models = (~np.isnan(board)).sum(axis=0)
    shares = np.nansum(board, axis=0) / np.maximum(models, 1)
    found: list[Question] = [
        (entry[0], entry[1], own, float(share), int(count))
        for entry, own, share, count in zip(mine.entries, mine.means, shares, models, strict=True)
        if own is not None and count > 1
    ]
    won = sorted((each for each in found if each[2] == 1 and each[3] < 0.5), key=lambda each: (each[3], each[0]))
    lost = sorted((each for each in found if each[2] == 0 and each[3] > 0.5), key=lambda each: (-each[3], each[0]))
    everybody, nobody = (sum(each[3] == end for each in found) for end in (1, 0))
    return _lines(won), _lines(lost), everybody, nobody


def _lines(found: list[Question]) -> tuple[QuestionLine, ...]:
    return tuple(
        QuestionLine(
            item,
            group,
            _solved_by(share, models),
        )
        for item, group, _, share, models in found[:MOST_QUESTIONS]
    )


def _solved_by(share: float, models: int) -> str:
    """“1 of 6 models”; “41.67 % of 6 models” where several attempts differ."""
    solved = share * models
    told = display.count(round(solved)) if abs(solved - round(solved)) < EXACT else value_text(100 * share, "percent")
    return f"{told} of {display.counted(models, 'model')}"


def _rivals(run: RunSpec, mine: AnswerSheet | None, field: dict[str, AnswerSheet]) -> tuple[tuple[RivalLine, ...], int]:
    """The models nearest in score first, each with its sentence."""
    others = {slug: sheet for slug, sheet in field.items() if slug != run.model}
    if mine is None or not others:
        return (), 0
    own = _mean(mine.means)
    near = sorted(others, key=lambda slug: (abs(_mean(others[slug].means) - own), slug))
    names = run_shelf.model_names(tuple(near[:MOST_RIVALS]))
    lines = [_rival(run, mine, slug, others[slug], names.get(slug, slug)) for slug in near[:MOST_RIVALS]]
    return tuple(line for line in lines if line is not None), max(0, len(near) - MOST_RIVALS)


def _mean(means: list[float | None]) -> float:
    known = [mean for mean in means if mean is not None]
    return math.fsum(known) / len(known) if known else 0.0


def _rival(run: RunSpec, mine: AnswerSheet, slug: str, theirs: AnswerSheet, name: str) -> RivalLine | None:
    try:
        paired = pair_answers(mine, theirs)
    except NotPaired:
        return None
    first, second = pairs.canonical(run.model, slug)
    link = Link(f"/compare/{first}-vs-{second}/", f"{run.model_name} vs {name}")
    return RivalLine(link, paired_sentence(run.model_name, name, paired, item_call(paired)))
