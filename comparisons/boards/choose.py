"""`/choose/`: from a task, limits and a budget to the cheapest model that will do, and how sure that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.conf import settings

from comparisons.boards import store as board_store
from comparisons.boards.store import BoardEntry
from comparisons.boards.weights_form import WeightField, weight_fields
from comparisons.core import choosing, pairs, workload
from comparisons.core.choosing import Candidate, Choice, Judged
from comparisons.core.method import METHOD
from comparisons.core.operations import blended, quoted_price
from comparisons.core.pairing import probability_text
from comparisons.core.scoring import reweigh
from comparisons.core.standing import LaneFit, ModelStanding
from comparisons.core.weights import USE_CASES, UseCase, WeightError, parse_weights
from comparisons.pages import lookup
from comparisons.pages.base import PageMeta, absolute, address
from comparisons.pages.parts import Link
from comparisons.standing_store import NoStandings
from models_catalog import snapshots
from models_catalog.core import display
from models_catalog.core.specs import PriceSpec

PATH = "/choose/"
SHOWN = 10
NEAREST = 5
OPEN = "open"
MODALITIES = ("image", "audio", "video", "pdf")
IN_USE = ("preview", "available")


@dataclass(frozen=True)
class ChooseQuestion:
    """What a reader asks, as understood; `typed` keeps the texts, `errors` the sentences by field.

    `tokens` is a month's workload (in, out); `budget` is USD a month and counts only with a workload;
    `request` is the input of one request; `price` is the most a million blended tokens may cost.
    """

    case: str = ""
    weights: str = ""
    floor: str = ""
    price: Decimal | None = None
    context: int | None = None
    open_weights: bool = False
    modality: str = ""
    tokens: tuple[int, int] | None = None
    request: int | None = None
    budget: Decimal | None = None
    lane: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def use_case(self) -> UseCase | None:
        """The use case asked for."""
        return next((case for case in USE_CASES if case.slug == self.case), None)

    @property
    def lane_in_force(self) -> str:
        """The lane asked for, or the site's own."""
        return self.lane or settings.DEFAULT_LANE

    def href(self, **changes: str) -> str:
        """The address of this question with some parameters changed."""
        said = {name: self.typed.get(name, "") for name in ("price", "context", "in", "out", "request", "budget")}
        said |= {"for": self.case, "w": self.weights, "floor": self.floor, "modality": self.modality}
        said |= {"weights": OPEN if self.open_weights else "", "lane": self.lane}
        return address(PATH, **{**said, **changes})


@dataclass(frozen=True)
class Offer:
    """A model of the answer: what it costs where, how it stands to the yardstick, and where to read more."""

    judged: Judged
    entry: BoardEntry
    price: PriceSpec | None
    yardstick: BoardEntry
    pair_query: Mapping[str, str]
    request: int | None = None

    @property
    def tier(self) -> str:
        """Which of the offer's prices the cost is counted at; "" for the plain ones."""
        return workload.tier_words(self.price, self.request)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.entry.model.name

    @property
    def href(self) -> str:
        """Path of the model's page."""
        return f"/models/{self.entry.model.slug}/"

    @property
    def maker(self) -> str:
        """Lab, and that the weights are open where they are."""
        model = self.entry.model
        return f"{model.lab_name}, open weights" if model.open_weights else model.lab_name

    @property
    def cost_text(self) -> str:
        """What it costs, in USD."""
        return display.money(self.judged.candidate.cost)

    @property
    def at(self) -> str:
        """Whose price that is, and in which tier of the offer."""
        parts = (self.price.provider_name if self.price else "", workload.tier_label(self.price, self.request))
        return ", ".join(filter(None, parts))

    @property
    def score_text(self) -> str:
        """Its overall score under the weights."""
        return "" if self.entry.overall is None else display.overall_score(self.entry.overall)

    @property
    def margin_text(self) -> str:
        """Half of the interval around the score."""
        return "" if self.entry.se is None else f"± {display.margin(METHOD.z_clear * self.entry.se)}"

    @property
    def against_text(self) -> str:
        """How it stands to the yardstick, and how sure that is."""
        name, judged = self.yardstick.model.name, self.judged
        if judged.against is None:
            return "cannot be judged yet"
        if judged.against == choosing.IS_IT:
            return "the model it is measured by"
        sure = "" if judged.p is None or judged.against == choosing.LEVEL else f", {probability_text(judged.p)} sure"
        joint = "against" if judged.against == choosing.LEVEL else "of"
        if judged.against in (choosing.LIKELY_BEHIND, choosing.CLEARLY_BEHIND):
            joint = ""
        return f"{judged.against} {joint} {name}{sure}".replace("  ", " ")

    @property
    def pair_href(self) -> str | None:
        """Path of the comparison with the yardstick under the same weights; None for the yardstick itself."""
        ours, theirs = self.entry.model.slug, self.yardstick.model.slug
        if ours == theirs:
            return None
        return address(f"/compare/{pairs.join(*pairs.canonical(ours, theirs))}/", **self.pair_query)

    @property
    def misses_text(self) -> str:
        """The limits it misses, in words."""
        return display.listed(self.judged.candidate.misses)


@dataclass(frozen=True)
class Option:
    """One value of a choice."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Field:
    """A field of the form: `options` for a choice, else a text."""

    id: str
    name: str
    label: str
    value: str = ""
    hint: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    attrs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChoosePage:
    """Everything any output says about one question."""

    question: ChooseQuestion
    fit: LaneFit | None
    choice: Choice | None
    yardstick: BoardEntry | None
    entries: Mapping[str, BoardEntry]
    prices: Mapping[str, PriceSpec]
    weight_entries: tuple[WeightField, ...]
    models: tuple[tuple[str, str], ...]
    today: dt.date
    weights_text: str = ""

    nav = "choose"
    path = PATH
    title = "Choose a model"
    lead = (
        "Say what the model is for, what is good enough and what it may cost. The answer is the cheapest one that "
        "will do, with how sure that is."
    )

    def _offer(self, judged: Judged) -> Offer:
        query = {"w": self.weights_text, "lane": self.question.lane}
        slug = judged.candidate.slug
        return Offer(judged, self.entries[slug], self.prices.get(slug), self.yardstick, query, self.question.request)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """What will do, cheapest first."""
        return tuple(self._offer(each) for each in self.choice.does[:SHOWN]) if self.choice else ()

    @cached_property
    def nearest(self) -> tuple[Offer, ...]:
        """What comes nearest where nothing will do."""
        return tuple(self._offer(each) for each in self.choice.nearest[:NEAREST]) if self.choice else ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be understood."""
        return tuple(sentence for sentences in self.question.errors.values() for sentence in sentences)

    @property
    def unit(self) -> str:
        """What a cost is for."""
        if self.question.tokens:
            return "your month"
        return f"1M tokens, {METHOD.price_mix[0]} input to {METHOD.price_mix[1]} output"

    @property
    def answer(self) -> str:
        """The answer in one sentence."""
        if self.choice is None or self.yardstick is None:
            return "There are no ranked models to choose from yet."
        best, name = self.choice.cheapest, self.yardstick.model.name
        if best is None:
            return f"None qualifies: no model that keeps your limits is known to be as good as {name}, or nearly."
        offer = self.offers[0]
        said = f"{offer.name} at {offer.cost_text} for {self.unit}"
        if best.against == choosing.IS_IT:
            return f"{said}: nothing cheaper that keeps your limits is as good, or nearly."
        return f"{said}: the cheapest that is not clearly worse than {name}; {offer.against_text}."

    @property
    def rest(self) -> tuple[str, ...]:
        """What became of the models that are not in the answer, a sentence a reason."""
        if self.choice is None or self.yardstick is None:
            return ()
        more = len(self.choice.does) - len(self.offers)
        said = (
            (more, "further {noun} will do and {cost} more"),
            (len(self.choice.nearest), "{noun} would be good enough but {verb} a limit"),
            (len(self.choice.worse), f"{{noun}} {{be}} clearly worse than {self.yardstick.model.name}"),
            (len(self.choice.unknown), "{noun} cannot be judged yet: too few results for these weights, or no price"),
        )
        return tuple(_sentence(number, text) for number, text in said if number)

    @property
    def cases(self) -> tuple[Link, ...]:
        """The use cases, as links that keep the rest of the question."""
        return tuple(
            Link(self.question.href(**{"for": case.slug, "w": ""}), case.title, current=case.slug == self.question.case)
            for case in USE_CASES
            if self.fit is None or set(case.shares) <= {category.slug for category in self.fit.categories}
        )

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What the form keeps in the address."""
        pairs_kept = (("for", self.question.case), ("w", self.question.weights), ("lane", self.question.lane))
        return tuple((name, value) for name, value in pairs_kept if value)

    @property
    def kept_for_weights(self) -> tuple[tuple[str, str], ...]:
        """What the form for the weights keeps: every limit; the weights replace the use case’s own."""
        asked = self.question
        said = {**asked.typed, "floor": asked.floor, "modality": asked.modality, "lane": asked.lane, "for": asked.case}
        said["weights"] = OPEN if asked.open_weights else ""
        return tuple((name, value) for name, value in said.items() if value)

    @property
    def rule(self) -> str:
        """When a model will do, in words."""
        return (
            "A model will do when it keeps every limit and is not clearly worse: with these weights the order of the two "
            f"scores is less than {display.probability(METHOD.clear)} sure, or turned round. Models without a rank, and "
            "those without results of their own where most of the weight lies, are not judged. Prices are those of the "
            "maker, else of the cheapest provider."
        )

    @property
    def json_href(self) -> str:
        """The address of this answer as JSON."""
        return self.question.href().replace(PATH, "/choose.json", 1)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the form, in reading order."""
        asked = self.question
        chosen = self.yardstick.model.slug if asked.floor and self.yardstick else ""
        floors = (Option("", "The best one", not chosen), *(Option(s, n, s == chosen) for s, n in self.models))
        modalities = (Option("", "Text is enough", not asked.modality),)
        modalities += tuple(
            Option(name, name.upper() if name == "pdf" else name.capitalize(), asked.modality == name)
            for name in MODALITIES
        )
        weights = (Option("", "Any", not asked.open_weights), Option(OPEN, "Open weights", asked.open_weights))

        def text(name: str, label: str, placeholder: str, mode: str = "text") -> Field:
            attrs = {"placeholder": placeholder, "autocomplete": "off", "inputmode": mode}
            return Field(
                f"choose-{name}", name, label, asked.typed.get(name, ""), errors=asked.errors.get(name, ()), attrs=attrs
            )

        return (
            Field(
                "choose-floor", "floor", "Not clearly worse than", errors=asked.errors.get("floor", ()), options=floors
            ),
            Field("choose-weights", "weights", "Weights", options=weights),
            Field("choose-modality", "modality", "Has to read", options=modalities),
            text("context", "Context from, tokens", "any"),
            text("price", "Price up to, USD", "any", "decimal"),
            text("in", "Input tokens a month", "for example 12M"),
            text("out", "Output tokens a month", "for example 800k"),
            text("request", "Input of one request", "for example 300k"),
            text("budget", "Budget a month, USD", "any", "decimal"),
        )

    @property
    def meta(self) -> PageMeta:
        """The head of the page; questions of one reader are not for search engines."""
        return PageMeta(
            title="Choose a language model",
            description="The cheapest language model that is not clearly worse than one you name, for your task, limits "
            "and budget, with how sure that is.",
            canonical=absolute(PATH),
            robots=None if self.question == ChooseQuestion(typed=self.question.typed) else "noindex",
            alternates=({"type": "application/json", "href": absolute("/choose.json"), "title": "JSON"},),
        )


def _sentence(number: int, text: str) -> str:
    one = number == 1
    noun, verb, be, cost = ("model", "misses", "is", "costs") if one else ("models", "miss", "are", "cost")
    return f"{display.count(number)} {text.format(noun=noun, verb=verb, be=be, cost=cost)}."


def load_choose(question: ChooseQuestion, *, today: dt.date) -> ChoosePage:
    """Answer a question. Three queries once a process knows the snapshot: models, prices, standings.

    The yardstick is the model named, or the best one under the weights. Before the first recompute the page
    has no answer and says so.
    """
    lane = question.lane_in_force
    entries = board_store.board_entries(lane)
    try:
        context = board_store.context_of(entries, lane)
    except NoStandings:
        return ChoosePage(question, None, None, None, {}, {}, (), (), today)
    fit, errors, weights_text = context.fit, dict(question.errors), ""
    wanted = question.weights or question.case
    if wanted:
        try:
            fit = reweigh(context.fit, parse_weights(wanted, context.categories))
            weights_text = wanted
        except (WeightError, ValueError) as problem:
            errors["w"] = (str(problem),)
    entries, standings = board_store.reweighed(entries, fit)
    by_slug = {entry.model.slug: entry for entry in entries}
    ranked = sorted((e for e in entries if e.ranked), key=lambda e: (e.rank, e.model.name.casefold()))
    yardstick, problem = _yardstick(question.floor, by_slug, ranked)
    if problem:
        errors["floor"] = (problem,)
    operations = snapshots.operations(list(by_slug))
    prices = {
        slug: price
        for slug in by_slug
        if (price := quoted_price(operations.prices.get(slug, ()), today, METHOD.price_mix)) is not None
    }
    asked = replace(question, errors=errors)
    choice = None
    if yardstick is not None:
        candidates = [
            _candidate(asked, entry, standings.get(slug), prices.get(slug)) for slug, entry in by_slug.items()
        ]
        choice = choosing.choose(fit, candidates, standings[yardstick.model.slug])
    return ChoosePage(
        question=asked,
        fit=fit,
        choice=choice,
        yardstick=yardstick,
        entries=by_slug,
        prices=prices,
        weight_entries=weight_fields(context.categories, fit.by_category),
        models=tuple((entry.model.slug, entry.model.name) for entry in ranked),
        today=today,
        weights_text=weights_text,
    )


def _yardstick(
    asked: str, by_slug: Mapping[str, BoardEntry], ranked: list[BoardEntry]
) -> tuple[BoardEntry | None, str]:
    """The model to measure by, and what is wrong with the one asked for."""
    best = ranked[0] if ranked else None
    if not asked:
        return best, ""
    entry = by_slug.get(asked) or by_slug.get(lookup.find(asked) or "")
    if entry is None:
        return best, f"There is no model “{asked[:60]}” to measure by; the best one is used."
    if not entry.ranked:
        return (
            best,
            f"{entry.model.name} has no rank under these weights, so nothing can be held against it; the best one is used.",
        )
    return entry, ""


def _candidate(
    question: ChooseQuestion, entry: BoardEntry, standing: ModelStanding | None, price: PriceSpec | None
) -> Candidate:
    mixed = None if price is None else blended(price, METHOD.price_mix)
    cost = (
        mixed if question.tokens is None else price and workload.cost(price, *question.tokens, request=question.request)
    )
    return Candidate(entry.model.slug, standing, cost, tuple(_misses(question, entry, mixed, cost)))


def _misses(question: ChooseQuestion, entry: BoardEntry, mixed: Decimal | None, cost: Decimal | None):
    """The limits a model misses, in words. What is not published keeps no limit."""
    model, case = entry.model, question.use_case
    least = max(question.context or 0, case.context if case else 0)
    modality = question.modality or (case.modality if case else "")
    if model.status not in IN_USE:
        yield f"is {model.status}"
    if least and (model.context_window is None or model.context_window < least):
        yield f"takes {display.tokens(model.context_window)} tokens of context, not {display.tokens(least)}"
    if question.open_weights and model.open_weights is not True:
        yield "has no open weights"
    if modality and modality not in model.input_modalities:
        yield f"is not known to read {modality.upper() if modality == 'pdf' else modality}"
    if question.price is not None and (mixed is None or mixed > question.price):
        yield f"costs {display.money(mixed)} for 1M blended tokens"
    if question.budget is not None and question.tokens and (cost is None or cost > question.budget):
        yield f"costs {display.money(cost)} a month"
