"""Small catalogues for tests: builders for single records, generated worlds, named worlds.

A `World` holds specs and standings of one lane and compares any two of its models. The
generated ones hold every trap on purpose: lower-is-better and display-only tests, scales
without a better end, withdrawn and generated rows, non-standard settings, several rows a
cell, free, stale and undated prices, suspect speeds, models without any result.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import strategies as st

from comparisons.core.compare import compare
from comparisons.core.records import Comparison, Side, Verdict
from comparisons.core.scoring import AUTO, LaneStandings, reweigh, stand, standings
from comparisons.core.verdict import verdict
from models_catalog.core.specs import (
    GENERATED,
    INDEPENDENT,
    LANES,
    NOT_COMPARABLE,
    PROVIDER_REPORTED,
    PUBLISHED,
    TIER_BOARD,
    TIER_INDEPENDENT,
    TIER_MAKER,
    UNKNOWN,
    WITHDRAWN,
    BenchmarkSpec,
    CategorySpec,
    ModelSpec,
    PriceSpec,
    ResultRow,
    SpeedSpec,
)

TODAY = dt.date(2026, 11, 22)
_ids = itertools.count(1)


def category(slug: str, position: int = 0, weight: float = 1.0) -> CategorySpec:
    """A category named after its slug."""
    return CategorySpec(slug, slug.capitalize().replace("-", " "), position, weight)


def benchmark(slug: str, home: str | None = "math", **overrides) -> BenchmarkSpec:
    """A plain percentage test where more is better, unless told otherwise."""
    fields = {
        "slug": slug,
        "name": slug.upper(),
        "category": home,
        "family": slug,
        "unit": "percent",
        "direction": "higher",
        "kind": "percent",
        "floor": 0.0,
        "best": 100.0,
        "anchor": None,
        "maximum": 100.0,
        "weight": 1.0,
    }
    return BenchmarkSpec(**{**fields, **overrides})


def result(model: str, test: str, score: float | str, **overrides) -> ResultRow:
    """A published, sourced, independent result in the standard setting."""
    number = next(_ids)
    fields = {
        "id": number,
        "uid": f"row-{number:06d}",
        "model": model,
        "benchmark": test,
        "score": Decimal(str(score)),
        "source_kind": INDEPENDENT,
        "source_tier": TIER_INDEPENDENT,
        "source_url": "https://example.org/results",
        "state": PUBLISHED,
    }
    return ResultRow(**{**fields, **overrides})


def model(slug: str, **overrides) -> ModelSpec:
    """A model named after its slug; nothing else is known of it."""
    fields = {"slug": slug, "name": slug.replace("-", " ").title(), "lab": "lab", "lab_name": "A Lab"}
    return ModelSpec(**{**fields, **overrides})


def price(slug: str, paid_in: str | None, paid_out: str | None, **overrides) -> PriceSpec:
    """A first-party price valid since the start of the year."""
    fields = {
        "model": slug,
        "provider": "maker",
        "provider_name": "The Maker",
        "first_party": True,
        "input": None if paid_in is None else Decimal(paid_in),
        "output": None if paid_out is None else Decimal(paid_out),
        "valid_from": dt.date(2026, 1, 1),
    }
    return PriceSpec(**{**fields, **overrides})


def speed(slug: str, rate: str | None, wait: str | None = None, **overrides) -> SpeedSpec:
    """A first-party speed measurement."""
    fields = {
        "model": slug,
        "provider": "maker",
        "provider_name": "The Maker",
        "first_party": True,
        "output_tokens_per_second": None if rate is None else Decimal(rate),
        "time_to_first_token": None if wait is None else Decimal(wait),
        "measured_on": dt.date(2026, 6, 1),
    }
    return SpeedSpec(**{**fields, **overrides})


@dataclass(frozen=True)
class Sheet:
    """Answers behind one result, as `paired.Answers` wants them."""

    task: tuple[str, ...]
    item_set: int
    entries: list[list[str]]
    means: list[float | None]


@dataclass(frozen=True)
class World:
    """A catalogue in one lane, ready to compare."""

    categories: tuple[CategorySpec, ...]
    benchmarks: dict[str, BenchmarkSpec]
    models: dict[str, ModelSpec]
    rows: tuple[ResultRow, ...]
    prices: tuple[PriceSpec, ...]
    speeds: tuple[SpeedSpec, ...]
    board: LaneStandings
    answers: Mapping[int, Sheet] = field(default_factory=dict)

    def side(self, slug: str) -> Side:
        """One model with its rows, prices and speeds."""
        return Side(
            self.models[slug],
            self.board.by_model.get(slug),
            tuple(row for row in self.rows if row.model == slug),
            tuple(item for item in self.prices if item.model == slug),
            tuple(item for item in self.speeds if item.model == slug),
            {row.id: self.answers[row.id] for row in self.rows if row.model == slug and row.id in self.answers},
        )

    def compare(self, a: str, b: str, **options) -> Comparison:
        """Compare two models by slug."""
        options = {"today": TODAY, **options}
        return compare(
            self.board.fit,
            self.side(a),
            self.side(b),
            categories=self.categories,
            benchmarks=self.benchmarks,
            **options,
        )

    def verdict(self, a: str, b: str, **options) -> Verdict:
        """The words about two models."""
        return verdict(self.compare(a, b, **options))

    def reweighed(self, a: str, b: str, weights: Mapping[str, float]) -> Comparison:
        """Compare two models under a reader's weights."""
        fit = reweigh(self.board.fit, weights)
        sides = (
            replace(side, standing=stand(fit, side.model.slug, side.standing.cells) if side.standing else None)
            for side in (self.side(a), self.side(b))
        )
        return compare(fit, *sides, categories=self.categories, benchmarks=self.benchmarks, today=TODAY)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every unordered pair of models."""
        return itertools.combinations(sorted(self.models), 2)


def world(
    categories: Iterable[CategorySpec],
    benchmarks: Iterable[BenchmarkSpec],
    rows: Iterable[ResultRow],
    *,
    models: Iterable[ModelSpec] = (),
    prices: Iterable[PriceSpec] = (),
    speeds: Iterable[SpeedSpec] = (),
    lane: str = "verified",
    offset: float | str = AUTO,
) -> World:
    """Score a catalogue in a lane; models not described are named after their slug."""
    categories, benchmarks, rows = tuple(categories), tuple(benchmarks), tuple(rows)
    known = {spec.slug: spec for spec in models}
    for row in rows:
        known.setdefault(row.model, model(row.model))
    board = standings(categories, benchmarks, rows, lane, offset=offset)
    offers = tuple(
        replace(item, offered=not known[item.model].retired) if item.model in known else item for item in prices
    )
    return World(categories, {b.slug: b for b in benchmarks}, known, rows, offers, tuple(speeds), board)


# ------------------------------------------------------------------ reports that differ in how sure they are


def reports_world(seed: int = 3) -> World:
    """Six models on tests that differ in questions, attempts, published errors, votes and who reports.

        test        questions  told beside the score
        aime               30  attempts of some rows: 4 or 64
        science           198  usually 4 attempts
        knowledge       12032  nothing (and called like its category)
        untold              ?  nothing
        measured          500  standard errors between 0.5 and 4 percentage points
        part              500  runs on 60 of them, in one odd setting
        arena               -  votes, intervals (as a standard error) or nothing
        horizon             -  a doubling scale, some rows with an error
        rating             80  a scale up to 10

    Every third row is its maker's own, and the lane takes 4 points off such rows.
    """
    chance = random.Random(seed)
    doubling = {"kind": "doubling", "unit": "minutes", "floor": None, "best": None, "anchor": 30.0, "maximum": None}
    tests = [
        benchmark("aime", "math", items=30),
        benchmark("science", "reasoning", items=198, attempts=4, floor=25.0),
        benchmark("knowledge", "knowledge", items=12032, floor=10.0),
        benchmark("untold", "knowledge"),
        benchmark("measured", "coding", items=500),
        benchmark("part", "coding", items=500),
        benchmark("arena", "vision", kind="elo", unit="elo", floor=None, best=None, anchor=1300.0, maximum=None),
        benchmark("horizon", "coding", **doubling),
        benchmark("rating", "vision", items=80, unit="rating", floor=1.0, best=10.0, maximum=10.0),
    ]
    rows = [
        _report(chance, f"model-{letter}", test, 50 + 5 * place)
        for place, letter in enumerate("abcdef")
        for test in tests
    ]
    categories = [category(slug, place) for place, slug in enumerate(HOMES)]
    return world(categories, tests, rows, lane="provisional", offset=4.0)


def _report(chance: random.Random, slug: str, test: BenchmarkSpec, level: float) -> ResultRow:
    ability = min(98.0, max(2.0, level + chance.gauss(0, 6)))
    score, told = ability, {}
    if test.slug == "aime":
        told = {"attempts": chance.choice((None, 4, 64))}
    elif test.slug == "measured":
        told = {"stderr": Decimal(chance.choice(("0.5", "1.5", "4")))}
    elif test.slug == "part":
        told = {"items_run": 60, "standard": False, "variant": "lite"}
    elif test.slug == "arena":
        score = 1300 + 2 * (ability - 50)
        told = chance.choice(({"stderr": Decimal(3)}, {"method": "1,600 votes"}, {"method": "40000 votes"}, {}))
    elif test.slug == "horizon":
        score = 30 * 2 ** ((ability - 50) / 10)
        told = chance.choice(({"stderr": Decimal(4)}, {}))
    elif test.slug == "rating":
        score = 1 + 9 * ability / 100
    own = {"source_tier": TIER_MAKER, "source_kind": PROVIDER_REPORTED} if chance.random() < 0.35 else {}
    return result(slug, test.slug, round(score, 2), **told, **own)


# ------------------------------------------------------------------ results known question by question


def answers_world(seed: int = 3) -> World:
    """Four models whose results are known question by question.

    test       questions  what is odd
    plain            198  right or wrong
    large            400  right or wrong, hard to tell apart
    short             12  fewer than the exact test wants
    grouped          200  twenty groups of questions that go together
    few                 60  three groups only
    tried            100  the mean of four attempts
    hashed            80  one model's questions bear other hashes
    versions          80  one model ran another version of the task
    cut               80  one model answered only half of them
    stale             80  one model's result is not what its answers say
    """
    chance = random.Random(seed)
    sizes = {"plain": 198, "large": 400, "short": 12, "grouped": 200, "few": 60, "tried": 100, "hashed": 80,
             "versions": 80, "cut": 80, "stale": 80}  # fmt: skip
    homes = itertools.cycle(HOMES)
    tests = [benchmark(slug, next(homes), items=None if slug == "cut" else size) for slug, size in sizes.items()]
    rows, answers = [], {}
    for number, test in enumerate(tests):
        ease = [chance.gauss(0, 1) for _ in range(sizes[test.slug])]
        for place, letter in enumerate("abcd"):
            sheet = _sheet(chance, test.slug, number, ease, 0.3 * place, odd=letter == "d")
            known = [mean for mean in sheet.means if mean is not None]
            score = Decimal(repr(100 * sum(known) / len(known))).quantize(Decimal("0.000001"))
            if test.slug == "stale" and letter == "d":
                score += 1
            rows.append(result(f"model-{letter}", test.slug, score))
            answers[rows[-1].id] = sheet
    categories = [category(slug, place) for place, slug in enumerate(HOMES)]
    return replace(world(categories, tests, rows, lane="provisional", offset=0.0), answers=answers)


def _sheet(chance: random.Random, slug: str, number: int, ease: list[float], skill: float, *, odd: bool) -> Sheet:
    """One model's answers; `odd` is the model with which something is not as with the others."""
    size = len(ease)
    groups = {"grouped": 20, "few": 3}.get(slug)
    together = [chance.gauss(0, 1) for _ in range(groups or 0)]
    means: list[float | None] = []
    for place, easy in enumerate(ease):
        level = easy + skill + (together[place % groups] if groups else 0)
        tries = 4 if slug == "tried" else 1
        means.append(sum(level + chance.gauss(0, 1) > 0 for _ in range(tries)) / tries)
    if slug == "cut" and odd:
        means[size // 2 :] = [None] * (size - size // 2)
    mark = "hash" if slug == "hashed" else ""
    entries = [
        [
            f"q{place}",
            f"g{place % groups}" if groups else "",
            f"{mark}{place}{'x' * (odd and slug == 'hashed')}" if mark else "",
        ]
        for place in range(size)
    ]
    return Sheet((slug, "2" if odd and slug == "versions" else "1"), number + 100 * odd, entries, means)


# ------------------------------------------------------------------ generated worlds

HOMES = ("coding", "knowledge", "math", "reasoning", "vision")


def generated_world(seed: int, size: int, tests: int, filled: float, grid: float, lane: str = "verified") -> World:
    """A random catalogue of `size` models and `tests` tests; `grid` is the step scores lie on."""
    chance = random.Random(seed)
    categories = [category(slug, place, chance.choice((1.0, 2.0, 5.0))) for place, slug in enumerate(HOMES)]
    benchmarks = [_test(chance, place) for place in range(tests)]
    slugs = [f"model-{chr(97 + place)}" for place in range(size)]
    level = {slug: chance.gauss(0, 12) for slug in slugs}
    rows = [
        row
        for slug in slugs
        for test in benchmarks
        if chance.random() < filled
        for row in _rows(chance, slug, test, level[slug], grid)
    ]
    return world(
        categories,
        benchmarks,
        rows,
        models=[_described(chance, slug) for slug in slugs],
        prices=[item for slug in slugs for item in _prices(chance, slug)],
        speeds=[item for slug in slugs for item in _speeds(chance, slug)],
        lane=lane,
    )


def _test(chance: random.Random, place: int) -> BenchmarkSpec:
    slug, home = f"test-{place:02d}", HOMES[place % len(HOMES)]
    kind = chance.random()
    family = slug if chance.random() < 0.8 else f"family-{place % 3}"
    if kind < 0.6:
        return benchmark(slug, home, family=family, floor=chance.choice((0.0, 25.0)))
    if kind < 0.75:
        return benchmark(slug, home, family=family, direction="lower", floor=100.0, best=0.0)
    if kind < 0.88:
        return benchmark(
            slug, home, family=family, kind="elo", unit="elo", floor=None, best=None, anchor=1300.0, maximum=None
        )
    if kind < 0.95:
        return benchmark(slug, home, weight=0.0, display_reason="not an ability", direction="lower", unit="usd",
                         kind="other", floor=None, best=None, maximum=None)  # fmt: skip
    return benchmark(slug, None, direction=NOT_COMPARABLE, kind="other", weight=0.0, unit="score")


def _rows(chance: random.Random, slug: str, test: BenchmarkSpec, level: float, grid: float) -> Iterator[ResultRow]:
    for _ in range(1 if chance.random() < 0.8 else 2):
        ability = 50 + level + chance.gauss(0, 9)
        if test.kind == "elo":
            score = 1300 + 6 * (ability - 50)
        else:
            score = 100 - ability if test.direction == "lower" else ability
            score = min(100.0, max(0.0, score))
        tier = chance.choice((TIER_BOARD, TIER_INDEPENDENT, TIER_INDEPENDENT, TIER_MAKER))
        odd = chance.random()
        yield result(
            slug,
            test.slug,
            round(round(score / grid) * grid, 2),
            source_tier=tier,
            source_kind=GENERATED if odd < 0.03 else PROVIDER_REPORTED if tier == TIER_MAKER else INDEPENDENT,
            source_url="" if 0.03 < odd < 0.08 else "https://example.org/results",
            state=WITHDRAWN if 0.08 < odd < 0.13 else PUBLISHED,
            withdrawn_reason="a wrong harness" if 0.08 < odd < 0.13 else "",
            standard=not 0.13 < odd < 0.2,
            variant=chance.choice(("", "best of 8")) if 0.13 < odd < 0.2 else "",
            measured_on=chance.choice((None, dt.date(2026, 3, 1), dt.date(2026, 8, 1))),
            note="Read from a chart." if odd > 0.97 else "",
        )


def _described(chance: random.Random, slug: str) -> ModelSpec:
    return model(
        slug,
        name=chance.choice(("{}", "{} 4.1 mini", "o3 {}", "{}s")).format(slug.title()),
        lab=chance.choice(("north", "south")),
        lab_name="North Lab",
        family=chance.choice(("", "family one")),
        context_window=chance.choice((None, 128_000, 131_072, 1_047_576)),
        max_output_tokens=chance.choice((None, 8_192, 32_768)),
        open_weights=chance.choice((None, True, False)),
        knowledge_cutoff=chance.choice((None, dt.date(2024, 4, 1), dt.date(2024, 10, 1))),
        knowledge_cutoff_precision=chance.choice(("day", "month", "year")),
        input_modalities=chance.choice(((), ("text",), ("text", "image"), ("text", "image", "pdf"))),
        status=chance.choice(("available", "available", "deprecated", "retired")),
    )


def _prices(chance: random.Random, slug: str) -> Iterator[PriceSpec]:
    amounts = ("0", "0.1", "0.4", "0.41", "3", None)
    old = {"valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2026, 1, 1)}
    if chance.random() < 0.6:
        yield price(slug, chance.choice(amounts), chance.choice(amounts))
    if chance.random() < 0.5:
        yield price(slug, "0.05", "0.05", **old)
    if chance.random() < 0.4:
        yield price(slug, chance.choice(amounts), chance.choice(amounts), provider="cloud", provider_name="Cloud 9",
                    first_party=False, valid_from=None, observed_on=dt.date(2026, 5, 5))  # fmt: skip


def _speeds(chance: random.Random, slug: str) -> Iterator[SpeedSpec]:
    if chance.random() < 0.5:
        yield speed(slug, chance.choice(("40", "80", "81")), chance.choice((None, "0.5", "1.2")))
    if chance.random() < 0.3:
        yield speed(slug, "1000", "0.01", provider="other", first_party=False, suspect="round placeholder")


lanes = st.sampled_from(LANES)
seeds = st.integers(0, 2**31 - 1)
grids = st.sampled_from((0.1, 5.0, 25.0))  # coarse grids make ties


@st.composite
def young_catalogues(draw) -> World:
    """Two to four models and a handful of tests: no par exists, or hardly one."""
    return generated_world(
        draw(seeds), draw(st.integers(2, 4)), draw(st.integers(1, 7)), draw(st.sampled_from((0.5, 0.9))),
        draw(grids), draw(lanes),
    )  # fmt: skip


@st.composite
def grown_catalogues(draw) -> World:
    """Twelve models and enough tests for pars, ranks and every basis."""
    return generated_world(
        draw(seeds), 12, draw(st.integers(12, 30)), draw(st.sampled_from((0.3, 0.6, 0.9))), draw(grids), draw(lanes)
    )


# ------------------------------------------------------------------ named worlds


def reference_world() -> World:
    """Four models as three published comparison pages show them; no source, so provisional.

                            nemotron   mini   nano   gemma
        mmlu    knowledge     49       87.5   80.1     -
        gpqa    knowledge     48       64.2   50.3   78.8
        swe     coding        31       23.6     -      -
        lcb     coding        30         -      -     72
        aime    math          51       23.1    9.8     -
        ifeval  instruction   78       88.5   83.2     -

    Nemotron alone also has supergpqa 46, mmlu-pro 63, hle 11, humaneval 41 and math-500 74.
    """
    homes = {"mmlu": "knowledge", "gpqa": "knowledge", "swe": "coding", "lcb": "coding", "aime": "math"}
    homes |= {"ifeval": "instruction-following", "supergpqa": "knowledge", "mmlu-pro": "knowledge"}
    homes |= {"hle": "knowledge", "humaneval": "coding", "math-500": "math"}
    floors = {"mmlu": 25.0, "gpqa": 25.0, "supergpqa": 10.0, "mmlu-pro": 10.0}
    names = {"mmlu": "MMLU", "gpqa": "GPQA", "aime": "AIME 2024", "ifeval": "IFEval", "lcb": "LiveCodeBench"}
    scores = {
        "nemotron-ultra-253b": {"mmlu": 49, "gpqa": 48, "swe": 31, "lcb": 30, "aime": 51, "ifeval": 78}
        | {"supergpqa": 46, "mmlu-pro": 63, "hle": 11, "humaneval": 41, "math-500": 74},
        "gpt-4-1-mini": {"mmlu": 87.5, "gpqa": 64.2, "swe": 23.6, "aime": 23.1, "ifeval": 88.5},
        "gpt-4-1-nano": {"mmlu": 80.1, "gpqa": 50.3, "aime": 9.8, "ifeval": 83.2},
        "gemma-4-12b": {"gpqa": 78.8, "lcb": 72},
    }
    weights = {"coding": 20, "knowledge": 12, "instruction-following": 5, "math": 5}
    printed = {"nemotron-ultra-253b": ("Nemotron Ultra 253B", 32_000), "gpt-4-1-mini": ("GPT-4.1 mini", 1_000_000)}
    printed |= {"gpt-4-1-nano": ("GPT-4.1 nano", 1_000_000), "gemma-4-12b": ("Gemma 4 12B", 256_000)}
    return world(
        [category(slug, place, weight) for place, (slug, weight) in enumerate(weights.items())],
        [
            benchmark(slug, home, name=names.get(slug, slug), floor=floors.get(slug, 0.0))
            for slug, home in homes.items()
        ],
        [
            result(slug, test, score, source_tier=5, source_kind=UNKNOWN, source_url="")
            for slug, row in scores.items()
            for test, score in row.items()
        ],
        models=[model(slug, name=name, context_window=context) for slug, (name, context) in printed.items()],
        prices=[price("gpt-4-1-mini", "0.4", "1.6", provider="openai", provider_name="OpenAI")],
        speeds=[speed("gpt-4-1-mini", "80", "0.76", provider="openai", provider_name="OpenAI")],
        lane="provisional",
    )


def grown_world(seed: int = 3, size: int = 12, tests: int = 24) -> World:
    """A settled catalogue in which most models are ranked."""
    return generated_world(seed, size, tests, 0.8, 0.1)


def mixed_world(shared: int = 4) -> World:
    """Ten models; two of them whose shared tests say the opposite of all their tests.

    The field has every test at 50, give or take its level. On the shared tests `shared-star`
    has 70 and `all-round` 52; on its own tests, up to the 22nd, `all-round` has 82, on the
    last eighteen `shared-star` has 45. With nothing shared both are ranked all the same.
    """
    homes = ("coding", "math", "knowledge", "reasoning")
    tests = [benchmark(f"test-{place:02d}", homes[place % 4]) for place in range(40)]
    chance = random.Random(11)
    rows = [
        result(f"field-{place}", test.slug, round(50 + 2 * place - 8 + chance.gauss(0, 3), 1))
        for place in range(8)
        for test in tests
    ]
    for place, test in enumerate(tests):
        if place < shared:
            rows += [result("all-round", test.slug, 52), result("shared-star", test.slug, 70)]
        elif place < 22:
            rows.append(result("all-round", test.slug, 82))
        else:
            rows.append(result("shared-star", test.slug, 45))
    return world([category(slug, place) for place, slug in enumerate(homes)], tests, rows)
