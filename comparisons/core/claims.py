"""From a `Comparison` to the claim ledger: small facts with their evidence, not yet worded.

A claim is made only where its rule (`rules.py`) holds; favours, strength and numbers are read
from the comparison, never computed again. Overall, shared, category and benchmark claims are
made here; `claims_operations.py`, `caveats.py` and `flips.py` make the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

from comparisons.core.compare import by_weight_of_word, is_named, word_for
from comparisons.core.method import METHOD
from comparisons.core.method_words import words
from comparisons.core.pairing import probability_text
from comparisons.core.records import (
    CLEAR,
    ESTIMATE,
    EVEN,
    LEANING,
    LIKELY,
    MIXED,
    NOTHING_SHARED,
    RANKED,
    SHARED,
    TOO_CLOSE,
    TOO_LITTLE,
    BenchmarkLine,
    CategoryLine,
    Claim,
    Comparison,
    Evidence,
    Number,
    ResultCell,
    ScoreText,
)
from models_catalog.core import display
from models_catalog.core.specs import HIGHER


class EvidenceShelf:
    """The results behind a comparison's claims, as evidence, by benchmark and category."""

    def __init__(self, comparison: Comparison):
        self._slugs = comparison.slugs
        self._known = tuple(side.once(("evidence", comparison.lane), dict) for side in comparison.sides)
        self.by_benchmark: dict[str, tuple[Evidence, ...]] = {}
        by_category: dict[str, list[Evidence]] = defaultdict(list)
        shared: list[Evidence] = []
        for line in comparison.benchmarks:
            counting = self.by_benchmark[line.benchmark.slug] = self._of(line.cells)
            if not all(ours is theirs for ours, theirs in zip(line.counting, line.cells, strict=True)):
                counting = self._of(line.counting)
            by_category[line.benchmark.category].extend(counting)
            shared.extend(counting if line.shared else ())
        self.by_category = {slug: tuple(items) for slug, items in by_category.items()}
        self.counting = tuple(item for items in by_category.values() for item in items)
        self.shared = tuple(shared)

    def _of(self, cells: tuple[ResultCell | None, ResultCell | None]) -> tuple[Evidence, ...]:
        return tuple([self._one(place, cell) for place, cell in enumerate(cells) if cell is not None])

    def _one(self, place: int, cell: ResultCell) -> Evidence:
        row, known = cell.row, self._known[place]
        found = known.get((row.id, cell.counts))
        if found is None:
            found = known[row.id, cell.counts] = Evidence(
                row.id, row.benchmark, self._slugs[place], row.source_url, row.source_kind, cell.counts, cell.text
            )
        return found

    def of_model(self, slug: str) -> tuple[Evidence, ...]:
        """The counting results of one of the two."""
        return tuple(item for item in self.counting if item.model == slug)


@lru_cache(maxsize=20_000)
def count_number(label: str, value: int, of: str | None = None) -> Number:
    """A number of things."""
    return Number(of, label, value, display.count(value))


def score_numbers(comparison: Comparison, scores: tuple[ScoreText | None, ScoreText | None]) -> tuple[Number, ...]:
    """The scores of both models, where there are any."""
    return tuple(
        Number(slug, "score", score.score, score.text, "points")
        for slug, score in zip(comparison.slugs, scores, strict=True)
        if score is not None
    )


def gap_numbers(
    gap: float, gap_text: str, margin: float, margin_text: str, p: float, p_text: str
) -> tuple[Number, ...]:
    """A gap with its margin and the probability of the order."""
    return (
        Number(None, "gap", gap, gap_text, "points"),
        Number(None, "margin", margin, margin_text, "points"),
        Number(None, "p", p, p_text),
        Number(None, "confidence", METHOD.interval, words()["interval"]),
    )


def shared_numbers(comparison: Comparison) -> tuple[Number, ...]:
    """How many benchmarks are shared, of how many either has."""
    shared = comparison.shared
    return (
        count_number("shared", len(shared.benchmarks)),
        count_number("of", shared.of),
        count_number("sources", shared.families),
    )


def result_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """Every claim about scores and results: overall, shared, categories, benchmarks."""
    return (
        overall_claim(comparison, shelf),
        *shared_claims(comparison, shelf),
        *category_claims(comparison, shelf),
        *benchmark_claims(comparison, shelf),
        *paired_claims(comparison, shelf),
    )


# ------------------------------------------------------------------ overall and shared


def overall_claim(comparison: Comparison, shelf: EvidenceShelf) -> Claim:
    """The one claim about the pair as a whole."""
    overall = comparison.overall
    if overall.outcome in (TOO_LITTLE, NOTHING_SHARED):
        return _no_call(comparison, shelf)
    numbers = (
        *(() if overall.basis == SHARED else score_numbers(comparison, overall.scores)),
        *gap_numbers(
            overall.gap, overall.gap_text, overall.margin, overall.margin_text, overall.p_leader, overall.p_text
        ),
        *shared_numbers(comparison),
    )
    evidence = shelf.shared if overall.basis == SHARED else shelf.counting
    shared = comparison.shared
    if overall.outcome == MIXED:
        numbers += (
            Number(None, "shared_gap", abs(shared.delta), shared.delta_text, "points"),
            Number(None, "shared_p", shared.p_leader, shared.p_text),
        )
    elif _shared_disagrees(comparison):
        numbers += (Number(None, "shared_gap", abs(shared.delta), shared.delta_text, "points"),)
    if overall.outcome == MIXED:
        return Claim("overall_mixed", "overall_mixed", None, None, None, numbers, HIGHER, evidence, "overall_mixed")
    if overall.outcome == TOO_CLOSE:
        rule = "overall_level" if overall.ahead is None else "overall_even"
        rule = "shared_only_even" if overall.basis == SHARED else rule
        return Claim("overall_even", "overall_even", None, None, EVEN, numbers, HIGHER, evidence, rule)
    leader = comparison.slugs[overall.leader]
    rule = _overall_rule(comparison)
    return Claim("overall_lead", "overall_lead", leader, None, overall.outcome, numbers, HIGHER, evidence, rule)


def _shared_disagrees(comparison: Comparison) -> bool:
    """Whether the shared benchmarks point the other way than a named leader, however slightly."""
    shared, overall = comparison.shared, comparison.overall
    if overall.leader is None or overall.basis == SHARED or shared.delta is None:
        return False
    return shared.delta < 0 if overall.leader == 0 else shared.delta > 0


def _overall_rule(comparison: Comparison) -> str:
    overall = comparison.overall
    if overall.basis == SHARED:
        return "shared_only_capped" if overall.capped else "shared_only_likely"
    if overall.capped:
        return "overall_capped_estimate" if overall.basis == ESTIMATE else "overall_capped_shared"
    return "overall_clear" if overall.outcome == CLEAR else "overall_likely"


def _no_call(comparison: Comparison, shelf: EvidenceShelf) -> Claim:
    kind, unmeasured = comparison.overall.outcome, comparison.overall.unmeasured
    if unmeasured:
        held = sum(comparison.by_category[slug].weight for slug in unmeasured)
        numbers = (Number(None, "held", held, display.weight_share(held)), *shared_numbers(comparison))
        return Claim(kind, kind, None, None, None, numbers, None, shelf.counting, "cannot_tell")
    results = tuple(count_number("results", len(shelf.of_model(slug)), slug) for slug in comparison.slugs)
    numbers = (*score_numbers(comparison, comparison.overall.scores), *results, *shared_numbers(comparison))
    evidence = shelf.shared if kind == TOO_LITTLE else shelf.counting
    return Claim(kind, kind, None, None, None, numbers, None, evidence, kind)


def shared_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """What the shared benchmarks alone say, as a check beside the overall scores."""
    shared, overall = comparison.shared, comparison.overall
    numbers = shared_numbers(comparison)
    if shared.delta is None:
        if overall.outcome in (TOO_LITTLE, NOTHING_SHARED):
            return ()
        claim = Claim(
            "shared_too_few", "shared_too_few", None, "shared", None, numbers, None, shelf.shared, "shared_too_few"
        )
        return (claim,)
    if overall.basis == SHARED:
        return ()  # the overall claim says the same
    strength = _shared_strength(comparison)
    favours = None if strength == EVEN else comparison.slugs[shared.ahead]
    numbers = (
        *gap_numbers(
            abs(shared.delta), shared.delta_text, shared.margin, shared.margin_text, shared.p_leader, shared.p_text
        ),
        *numbers,
        count_number("categories", shared.categories),
    )
    return (Claim("shared", "shared", favours, "shared", strength, numbers, HIGHER, shelf.shared, "shared"),)


def _shared_strength(comparison: Comparison) -> str:
    """The shared-only check never says more than likely: it leaves most of the evidence out."""
    shared = comparison.shared
    if shared.ahead is None or word_for(shared.p_leader) == EVEN:
        return EVEN
    return LIKELY


# ------------------------------------------------------------------ categories


def category_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """One claim a category that either has results in, the tally, and each model's best."""
    claims = [_category_claim(comparison, line, shelf) for line in comparison.categories if any(line.results)]
    return (*claims, _tally_claim(comparison, claims), *_sharpest(comparison, claims))


def _category_claim(comparison: Comparison, line: CategoryLine, shelf: EvidenceShelf) -> Claim:
    evidence = shelf.by_category.get(line.slug, ())
    shared = count_number("shared", len(line.shared))
    if line.strength is None:
        results = tuple(
            count_number("results", n, slug) for slug, n in zip(comparison.slugs, line.results, strict=True)
        )
        return Claim(
            f"category_missing:{line.slug}", "category_missing", None, line.slug, None, results, None, evidence,
            "category_missing",
        )  # fmt: skip
    if line.by_shared:
        evidence = tuple(item for item in evidence if item.benchmark in line.shared)
    numbers = (
        *score_numbers(comparison, line.scores),
        *gap_numbers(line.gap, line.gap_text, line.margin, line.margin_text, line.p_leader, line.p_text),
        shared,
        *_separator_numbers(comparison, line),
    )
    kind = "category_even" if line.leader is None else "category_lead"
    favours = None if line.leader is None else comparison.slugs[line.leader]
    rule = "category_shared_only" if line.by_shared else f"category_{line.strength}"
    return Claim(f"{kind}:{line.slug}", kind, favours, line.slug, line.strength, numbers, HIGHER, evidence, rule)


def _separator_numbers(comparison: Comparison, line: CategoryLine) -> tuple[Number, ...]:
    """The results on the benchmark that separates most, as proof: only if it points the same way."""
    if line.leader is None or line.separator is None or line.separator.favours != line.leader:
        return ()
    return (
        *value_numbers(comparison, line.separator, label="proof", note=line.separator.benchmark.name),
        *call_numbers(line.separator, "proof_"),
    )


def _tally_claim(comparison: Comparison, claims: list[Claim]) -> Claim:
    tally = comparison.tally
    numbers = (
        *(count_number("leads", n, slug) for slug, n in zip(comparison.slugs, tally.leads, strict=True)),
        count_number("even", tally.even),
        count_number("comparable", tally.comparable),
        count_number("not_comparable", tally.not_comparable),
    )
    reasons = tuple(claim.id for claim in claims if claim.kind == "category_lead")
    return Claim(
        "category_tally", "category_tally", None, None, None, numbers, None, (), "category_tally", reasons=reasons
    )


def _sharpest(comparison: Comparison, claims: list[Claim]) -> list[Claim]:
    answer = []
    for slug in comparison.slugs:
        leads = [claim for claim in claims if claim.kind == "category_lead" and claim.favours == slug]
        if len(leads) > 1:
            best = max(leads, key=lambda claim: (_firmness(claim), claim.number("gap").value, claim.scope))
            answer.append(
                Claim(
                    f"sharpest_category:{slug}", "sharpest_category", slug, best.scope, best.strength, best.numbers,
                    HIGHER, best.evidence, "sharpest_category", reasons=(best.id,),
                )
            )  # fmt: skip
    return answer


def _firmness(claim: Claim) -> int:
    return (LEANING, LIKELY, CLEAR).index(claim.strength)


# ------------------------------------------------------------------ single benchmarks


def value_numbers(
    comparison: Comparison, line: BenchmarkLine, label: str = "value", note: str = ""
) -> tuple[Number, ...]:
    """The reported scores of both models on one benchmark."""
    return tuple(
        Number(slug, label, float(cell.row.score), cell.text, line.benchmark.unit, note)
        for slug, cell in zip(comparison.slugs, line.cells, strict=True)
    )


def benchmark_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """A claim for every shared benchmark whose difference may be named, and the swings."""
    apart = [line for line in comparison.benchmarks if line.shared and is_named(line)]
    claims = [_benchmark_claim(comparison, line, shelf, "benchmark_lead") for line in apart]
    for side in (0, 1):
        mine = [line for line in apart if line.favours == side and line.fair]
        if mine:
            most = max(mine, key=by_weight_of_word)
            claims.append(_benchmark_claim(comparison, most, shelf, "biggest_swing"))
    return tuple(claims)


def call_numbers(line: BenchmarkLine, prefix: str = "") -> tuple[Number, ...]:
    """What stands behind a named difference: margin, questions where they decide, and how sure it is."""
    found, unit = line.call, line.benchmark.unit
    numbers = [
        Number(None, f"{prefix}margin", found.margin, display.score_margin(found.margin, unit), unit),
        Number(None, f"{prefix}p", found.p, probability_text(found.p)),
    ]
    if found.counted and found.items is not None:
        numbers.append(count_number(f"{prefix}items", found.items))
    return tuple(numbers)


def _benchmark_rule(line: BenchmarkLine, kind: str, strength: str) -> str:
    if kind == "biggest_swing":
        return "biggest_swing"
    return f"benchmark_{strength}" if line.fair else f"benchmark_{strength}_apart"


def _benchmark_claim(comparison: Comparison, line: BenchmarkLine, shelf: EvidenceShelf, kind: str) -> Claim:
    slug = line.benchmark.slug
    favours = comparison.slugs[line.favours]
    strength = line.call.word
    values = value_numbers(comparison, line)
    if not line.fair:
        values = tuple(replace(number, note=said) for number, said in zip(values, line.setup_words, strict=True))
    numbers = (
        *values,
        Number(None, "difference", float(abs(line.difference)), line.difference_text, line.benchmark.unit),
        Number(None, "points", abs(line.call.points), display.overall_score(abs(line.call.points)), "points"),
        *call_numbers(line),
    )
    return Claim(
        id=f"{kind}:{favours if kind == 'biggest_swing' else slug}",
        kind=kind,
        favours=favours,
        scope=slug,
        strength=strength,
        numbers=numbers,
        better=line.benchmark.direction,
        evidence=shelf.by_benchmark[slug],
        rule=_benchmark_rule(line, kind, strength),
    )


def is_ranked_basis(comparison: Comparison) -> bool:
    """Whether overall scores decide, so that weights matter."""
    return comparison.overall.basis in (RANKED, ESTIMATE)


def paired_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """A claim for every benchmark on which both results are known question by question."""
    return tuple(_paired_claim(comparison, line, shelf) for line in comparison.benchmarks if line.paired is not None)


def _paired_claim(comparison: Comparison, line: BenchmarkLine, shelf: EvidenceShelf) -> Claim:
    slug, paired, named = line.benchmark.slug, line.paired, is_named(line)
    one, other = comparison.slugs
    numbers = (
        count_number("items", paired.items),
        count_number("wins", paired.wins, one),
        count_number("wins", paired.losses, other),
        count_number("ties", paired.ties),
        Number(None, "apart", abs(paired.difference), display.margin(abs(paired.difference)), "points"),
        Number(None, "apart_margin", paired.margin, display.margin(paired.margin), "points"),
        Number(None, "paired_p", paired.p, display.test_probability(paired.p), note=paired.p_by),
        Number(None, "confidence", METHOD.interval, words()["interval"]),
    )
    return Claim(
        id=f"paired:{slug}",
        kind="paired",
        favours=comparison.slugs[line.call.favours] if named else None,
        scope=slug,
        strength=line.call.word if named else EVEN,
        numbers=numbers,
        better=HIGHER,
        evidence=shelf.by_benchmark[slug],
        rule="paired",
    )
