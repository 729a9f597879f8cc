"""Parts of a model's page: its facts with their sources, its categories against the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comparisons.boards import rows
from comparisons.boards.store import BoardEntry
from comparisons.core.boards import field_median
from comparisons.core.geometry import bar_from_zero
from comparisons.core.method import METHOD
from comparisons.core.model_values import REASONING_WORDS, modality
from comparisons.core.operations import speed_setup
from comparisons.core.standing import CategoryStanding, ModelStanding
from comparisons.standing_store import LaneContext
from models_catalog.core import display
from models_catalog.core.sources import place_words
from models_catalog.core.specs import ModelSpec, SpeedSpec

FEWEST_FOR_MEDIAN = 3  # models with own results in a category before its median says anything


@dataclass(frozen=True)
class CategoryLine:
    """A category as this model has it: its score, and how far that is from the field's median.

    `score` is None without own results. `compared` is above, below or about the median; None
    where one of the two is missing. A difference inside the margin is “about”.
    """

    slug: str
    name: str
    weight_text: str
    score: float | None
    se: float | None
    results: int
    median: float | None
    reach: float
    compared: str | None

    @property
    def href(self) -> str:
        """Path of the category's board."""
        return f"/categories/{self.slug}/"

    @property
    def score_text(self) -> str:
        """The score, or that nothing was measured."""
        return display.overall_score(self.score)

    @property
    def margin_text(self) -> str:
        """Its margin."""
        return "" if self.se is None else f"± {display.margin(METHOD.z_clear * self.se)}"

    @property
    def results_text(self) -> str:
        """Own results behind the score."""
        return display.counted(self.results, "result")

    @property
    def median_text(self) -> str:
        """The field's median, or a dash."""
        return rows.DASH if self.median is None else display.overall_score(self.median)

    @property
    def difference(self) -> dict:
        """The bar from the median, for its component."""
        if self.score is None:
            return {"x": None, "says": display.NOT_MEASURED}
        if self.median is None:
            return {"x": None, "says": "too few models to compare with"}
        gap = self.score - self.median
        bar = bar_from_zero(gap, self.reach)
        right = gap >= 0
        return {
            "x": bar.x,
            "width": bar.width,
            "side": None if self.compared == "about" else "plain",
            "text": display.signed(gap),
            "text_x": 49 if right else 51,
            "anchor": "end" if right else "start",
            "says": f"{display.signed(gap)} against the median, {self.compared} it",
        }


def fact(label: str, text: str, sub: str | None = None, href: str | None = None) -> dict:
    return {"label": label, "text": text, "sub": sub, "href": href}


def model_facts(model: ModelSpec, speed: SpeedSpec | None) -> list[dict]:
    """Facts of a model for the facts component: what is unknown reads “not published”."""
    source = model.source_url or None

    def known(value, text: str) -> tuple[str, str | None]:
        return (text, source) if value else (display.NOT_PUBLISHED, None)

    rates = []
    if speed is not None and speed.output_tokens_per_second is not None:
        rates.append(display.speed(speed.output_tokens_per_second))
    if speed is not None and speed.time_to_first_token is not None:
        rates.append(f"{display.seconds(speed.time_to_first_token)} to the first token")
    at = _measured_where(speed) if speed is not None and rates else None
    weights = {True: "open", False: "closed", None: display.NOT_PUBLISHED}[model.open_weights]
    lines = [
        ("Lab", (model.lab_name, None), None),
        ("Released", known(model.release_date, display.date(model.release_date, model.release_precision)), None),
        ("Status", (model.status, None), None),
        (
            "Knowledge cutoff",
            known(model.knowledge_cutoff, display.date(model.knowledge_cutoff, model.knowledge_cutoff_precision)),
            None,
        ),
        ("Context window", known(model.context_window, f"{display.tokens(model.context_window)} tokens"), None),
        ("Maximum output", known(model.max_output_tokens, f"{display.tokens(model.max_output_tokens)} tokens"), None),
        ("Takes", known(model.input_modalities, ", ".join(map(modality, model.input_modalities))), None),
        ("Gives", known(model.output_modalities, ", ".join(map(modality, model.output_modalities))), None),
        ("Reasoning", (REASONING_WORDS.get(model.reasoning, display.NOT_PUBLISHED), None), None),
        ("Weights", (weights, model.weights_url or None), None),
        ("Licence", (model.licence or display.NOT_PUBLISHED, None), None),
        ("Parameters", known(model.total_parameters, display.parameters(model.total_parameters)), _active(model)),
        *([("Read", (place_words(model.read_at), None), None)] if model.read_at else []),
        ("Speed", (", ".join(rates) or display.NOT_MEASURED, (speed.source_url or None) if rates else None), at),
    ]
    return [fact(label, text, sub, href) for label, (text, href), sub in lines]


def _measured_where(speed: SpeedSpec) -> str:
    """Who served it, on which day, and how it was measured as far as that is known."""
    when = display.date(speed.measured_on) if speed.measured_on is not None else ""
    how = speed_setup(speed, display.speed, speed.speed_range)
    return ", ".join(part for part in (f"at {speed.provider_name}", when, how) if part)


def _active(model: ModelSpec) -> str | None:
    if not model.active_parameters or model.active_parameters == model.total_parameters:
        return None
    return f"{display.parameters(model.active_parameters)} active per token"


def category_lines(
    entry: BoardEntry,
    standing: ModelStanding | None,
    entries: Sequence[BoardEntry],
    context: LaneContext,
) -> tuple[CategoryLine, ...]:
    medians = {c.slug: _median(c.slug, entries) for c in context.categories}
    own = standing.categories if standing is not None else {}
    reach = max(
        (abs(own[s].score - m) for s, m in medians.items() if s in entry.scores and s in own and m is not None),
        default=1.0,
    )
    lines = []
    for category in context.categories:
        mine = own.get(category.slug)
        if mine is not None and mine.carried:
            mine = None
        median = medians[category.slug]
        fit = context.fit.by_category.get(category.slug)
        lines.append(
            CategoryLine(
                slug=category.slug,
                name=category.name,
                weight_text=display.weight_share(fit.share) if fit is not None and fit.share else rows.DASH,
                score=mine.score if mine else None,
                se=mine.se if mine else None,
                results=mine.results if mine else 0,
                median=median,
                reach=max(reach, 1.0) * 1.4,
                compared=_compared(mine, median),
            )
        )
    return tuple(lines)


def _median(category: str, entries: Sequence[BoardEntry]) -> float | None:
    found = [entry.scores[category] for entry in entries if entry.ranked and category in entry.scores]
    return field_median(found) if len(found) >= FEWEST_FOR_MEDIAN else None


def _compared(mine: CategoryStanding | None, median: float | None) -> str | None:
    if mine is None or median is None:
        return None
    if abs(mine.score - median) < METHOD.z_clear * mine.se:
        return "about"
    return "above" if mine.score > median else "below"
