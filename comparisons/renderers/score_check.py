"""The report of `manage.py check_scores` as Markdown, and its tables as the methodology page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comparisons.core.method import METHODOLOGY
from comparisons.core.score_check import (
    APART,
    HIDDEN,
    LEAST_PAIRS,
    OURS,
    SEEDS,
    Accuracy,
    BandLine,
    Field,
    Turned,
    hide_cells,
    leave_families_out,
    models_leave,
)
from comparisons.core.score_check_reports import (
    LEAST_EACH,
    Cover,
    makers_cover,
    other_editions,
    second_reports,
    sibling_tests,
)
from models_catalog.core import display

_BAND_HEADS = ("Stated", "Orders", "Mean of stated", "Right")


@dataclass(frozen=True)
class ScoreCheck:
    """Everything the report says about one lane of one catalogue."""

    lane: str
    models: int
    tests: int
    results: int
    families: tuple[Accuracy, ...]
    cells: tuple[Accuracy, ...]
    bands: tuple[BandLine, ...]
    leaving: tuple[Turned, ...]
    second: tuple[BandLine, ...]
    editions: tuple[BandLine, ...]
    siblings: tuple[BandLine, ...]
    cover: Cover | None


def checked(field: Field) -> ScoreCheck:
    """Run every check on a lane; seconds to a minute of work."""
    cells, found = hide_cells(field)
    return ScoreCheck(
        lane=field.lane,
        models=field.fit.models,
        tests=sum(map(len, field.families.values())),
        results=sum(cell.benchmark in field.fit.columns.position for cells in field.seen.values() for cell in cells),
        families=leave_families_out(field),
        cells=cells,
        bands=found,
        leaving=models_leave(field),
        second=second_reports(field),
        editions=other_editions(field),
        siblings=sibling_tests(field),
        cover=makers_cover(field),
    )


def score_check_markdown(found: ScoreCheck, folder: str = "") -> str:
    """The whole report."""
    command = f"manage.py check_scores {f'data/{folder} ' if folder else ''}--lane {found.lane}"
    parts = [
        "# How well the order holds",
        f"Written by `{command}`, method version {METHODOLOGY}: {display.counted(found.models, 'model')}, "
        f"{display.counted(found.tests, 'test')}, {display.counted(found.results, 'counting result')} of the "
        f"{found.lane} lane. Every figure is worked out from results that were left out, with everything fitted anew "
        "without them. All methods get the same results in points, and only models on the common scale take part.",
        "## A family of tests left out",
        f"Each family in turn, where it orders at least {LEAST_PAIRS} pairs of models: the share of pairs that the "
        "other families order as it does, a mean over families.",
        _table(("Method", "Right", "This site against it"), _accuracy_rows(found.families)),
        _summary(found.families),
        "## A quarter of all results hidden",
        f"{HIDDEN:.0%} of the results, {SEEDS} draws: the share of pairs of hidden results ordered rightly, a mean "
        "over families and draws.".replace("%", " %"),
        _table(("Method", "Right", "This site against it"), _accuracy_rows(found.cells)),
        _summary(found.cells),
        "## What a stated probability is worth",
        "The same hidden results, one pair of models at a time: how sure the category scores and the scatter of the "
        "test make their order, and how often it was right. A good table is the same on both sides, or better on the "
        "right.",
        _table(_BAND_HEADS, _band_rows(found.bands)),
        "## What a call on a single test is worth",
        "Calls on one test, by the rule of the number of its questions, asked again of a second report: another row of "
        "the same model on the same test, from another source. Where only one of the two models has a second report, "
        "the other’s counting row stands again. The very same figure is taken for a copy and left out.",
        _table(_BAND_HEADS, _band_rows(found.second)) if found.second else "There is no second report to ask.",
        "## The same call on another edition of the test",
        "Tests of one family and category that are named alike but for numbers, such as years; each asked about the other.",
        _table(_BAND_HEADS, _band_rows(found.editions)) if found.editions else "No test has another edition.",
        "## The same call on another test of the family",
        "Any other test of the same family and category, boards of ratings apart. It measures something else as well, so "
        "a call on one test promises less about it than about the test itself: where the right column is below the "
        "stated one, that is how much less.",
        _table(_BAND_HEADS, _band_rows(found.siblings)) if found.siblings else "No family has two tests in a category.",
        "## When another model leaves",
        "Models are taken out one at a time, spread over the field. Of 10,000 pairs of the others, so many turn round.",
        _table(("Method", "Pairs turned"), ((line.method, f"{line.per_10_000:.1f}") for line in found.leaving)),
        "## Makers’ rows against the rows of others",
        _cover_words(found.cover),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" if place == 0 else "--:" for place in range(len(heads))), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _accuracy_rows(lines: Iterable[Accuracy]) -> Iterable[tuple[str, ...]]:
    for line in lines:
        against = ""
        if line.ahead is not None:
            against = f"{line.standing}, {display.signed(100 * line.ahead)} ± {display.margin(100 * line.se)}"
        yield line.method, f"{100 * line.right:.1f} %", against


def _summary(lines: Iterable[Accuracy]) -> str:
    """Against whom this site is ahead, level and behind, in one sentence."""
    by_word: dict[str, list[str]] = {}
    for line in lines:
        if line.ahead is not None and not line.method.startswith("This site"):
            by_word.setdefault(line.standing, []).append(_in_prose(line.method))
    said = [
        f"{word} {'of' if word == 'ahead' else 'with' if word == 'level' else ''} {display.listed(by_word[word])}"
        for word in ("ahead", "level", "behind")
        if word in by_word
    ]
    if not said:
        return ""
    words = display.listed(" ".join(part.split()) for part in said)
    return (
        f"{OURS.partition(',')[0]} is {words}. Differences are percentage points with one standard error; methods less "
        f"than {APART:g} of these apart are called level."
    )


def _in_prose(method: str) -> str:
    """A method inside a sentence; names of people keep their capitals."""
    return method if method == "Bradley-Terry" else f"the {method[:1].lower()}{method[1:]}"


def _band_rows(lines: Iterable[BandLine]) -> Iterable[tuple[str, ...]]:
    for line in lines:
        yield (
            band_text(line.least, line.most),
            display.count(line.orders),
            f"{100 * line.stated:.1f} %",
            f"{100 * line.held:.1f} %",
        )


def band_text(least: float, most: float) -> str:
    """A band of probabilities as the report heads its line."""
    return f"{100 * least:.0f} to {100 * most:.0f} %"


def _cover_words(cover: Cover | None) -> str:
    if cover is None:
        return f"No model has {LEAST_EACH} results of both kinds, so there is nothing to hold against each other."
    return (
        f"{display.counted(cover.models, 'model')} with at least {LEAST_EACH} results of both kinds, scored once by "
        f"their makers’ rows alone and once by the rows of others, under the pars of the whole lane: the "
        f"{display.weight_share(cover.stated)} margin covers the difference for {100 * cover.share:.0f} %. The pars "
        "have seen both halves, which flatters the figure a little."
    )
