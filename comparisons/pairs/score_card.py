"""The score header of a pair page: the answer in one frame."""

from __future__ import annotations

from comparisons.core import geometry
from comparisons.core.method import METHOD
from comparisons.core.method_words import said, words
from comparisons.core.records import CLEAR, EVEN, LIKELY, CategoryLine, Comparison
from comparisons.core.standing import ModelStanding
from comparisons.core.words import GRADES
from comparisons.pages.base import side_letter
from comparisons.pairs import charts
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.parts import Band, DuelSide, Measure, Pip, ScoreCard
from models_catalog.core import display

NO_FIGURE = "–"


def odds_against(p: float) -> int:
    """In how many cases of this kind an order that is right with probability `p` is wrong once."""
    return round(1 / (1 - p)) if p < 1 else 0


def score_card(page: ComparisonPage) -> ScoreCard:
    """The score header of a comparison."""
    overall, verdict, names = page.comparison.overall, page.verdict, page.names
    scale, axis = charts.interval_axis(page.comparison)
    sure_for = f"for {names[overall.ahead]}" if overall.p_text and overall.ahead is not None else ""
    return ScoreCard(
        call=verdict.headline,
        leader=side_letter(overall.leader),
        leader_name=names[overall.leader] if overall.leader is not None else "",
        sure_word=overall.outcome if overall.outcome in (CLEAR, LIKELY) else "",
        why=verdict.why,
        caveat=_caveat(page),
        sides=(_duel_side(page, 0, scale), _duel_side(page, 1, scale)),
        axis=axis,
        gap=Measure(
            overall.gap_text or NO_FIGURE,
            f"± {overall.margin_text} points" if overall.margin_text else "",
            _gap_note(page),
        ),
        gap_chart=charts.gap_chart(page.comparison),
        sure=Measure(overall.p_text or NO_FIGURE, sure_for, said("We name a leader from {likely} on.")),
        ruler=charts.ruler(page.comparison),
        tally=_tally(page),
        pips=_pips(page),
    )


def _caveat(page: ComparisonPage) -> str:
    said = [
        sentence.text
        for sentence in page.verdict.sentences
        if any(claim.kind == "not_ranked" for claim in sentence.claims)
    ]
    return " ".join(filter(None, [page.lane_reason, *said]))


def _gap_note(page: ComparisonPage) -> str:
    overall = page.comparison.overall
    if overall.gap is None:
        return "No common measure to take a gap on."
    on = "" if overall.basis in ("ranked", "estimate") else "Measured on shared benchmarks only. "
    if overall.leader is not None and overall.margin is not None and abs(overall.gap) >= overall.margin:
        return f"{on}The gap is larger than its margin."
    if overall.leader is not None:
        return f"{on}The order would be wrong about 1 time in {odds_against(overall.p_leader)}."
    return f"{on}The margin covers zero: either could be the stronger."


def _tally(page: ComparisonPage) -> Measure:
    tally = page.comparison.tally
    rest = []
    if tally.even:
        rest.append(f"{tally.even} too close")
    if tally.not_comparable:
        rest.append(f"{tally.not_comparable} not comparable")
    note = next((claim.text for claim in page.verdict.claims if claim.kind == "category_tally"), "")
    return Measure(f"{tally.leads[0]} : {tally.leads[1]}", ", ".join(rest), note or "No category has results of both.")


def _pips(page: ComparisonPage) -> tuple[Pip, ...]:
    lines = sorted(page.comparison.categories, key=_pip_order)
    return tuple(_pip(line, page.names) for line in lines)


def _pip_order(line: CategoryLine) -> int:
    if line.strength is None:
        return 3
    return line.leader if line.leader is not None else 2 if line.strength == EVEN else 3


def _pip(line: CategoryLine, names: tuple[str, str]) -> Pip:
    word = charts.strength_word(line.strength)
    led = line.leader if line.strength not in (EVEN, None) else None
    form = "none" if line.strength is None else "close" if line.strength == EVEN else line.strength
    return Pip(side_letter(led), form, f"{line.name}: {word}" + (f", {names[led]}" if led is not None else ""))


def _why_no_score(comparison: Comparison, number: int) -> str:
    """What a model lacks for a score of its own; the other model has nothing to do with it."""
    standing, unmeasured = comparison.sides[number].standing, comparison.overall.unmeasured
    if standing is None:
        return "No counting result in this lane."
    if unmeasured:
        names = [comparison.by_category[slug].name.lower() for slug in unmeasured]
        return f"No result in {display.listed(names)}, where most of the weight lies."
    if standing.overall is None:
        return "None of its results is on the common scale."
    found = display.counted(standing.families, "test family", "test families")
    return f"Its results come from {found}; a score to compare takes {METHOD.estimate_families}."


def _duel_side(page: ComparisonPage, number: int, scale: geometry.Scale | None) -> DuelSide:
    side, score = page.comparison.sides[number], page.comparison.overall.scores[number]
    standing, name = side.standing, side.model.name
    band = None
    if score is not None and scale is not None:
        placed = geometry.band(scale, score.low, score.score, score.high)
        band = Band(placed.x, placed.width, placed.dot, open=standing is None or not standing.ranked)
    interval = f"{score.low_text} to {score.high_text}" if score and band else ""
    return DuelSide(
        side="ab"[number],
        name=name,
        href=f"/models/{side.model.slug}/",
        score_text=score.text if score and band else "",
        interval_text=interval,
        notes=_duel_notes(page, standing, scored=score is not None),
        band=band,
        absent_text="no score",
        reason=_why_no_score(page.comparison, number),
        title=f"{name}: {score.text}, {words()['interval']} interval {interval}" if score and band else "",
    )


def _duel_notes(page: ComparisonPage, standing: ModelStanding | None, *, scored: bool) -> tuple[str, ...]:
    if standing is None:
        return ()
    notes = []
    if scored:
        grade = f"{GRADES[standing.grade].lower()} evidence" if standing.grade else ""
        notes.append(", ".join(filter(None, [grade, display.counted(standing.results, "result")])))
    else:
        notes.append(display.counted(len(standing.cells), "counting result"))
    if standing.rank is not None:
        same = standing.best == standing.worst
        span = f"rank {standing.best}" if same else f"rank {standing.best} to {standing.worst}"
        notes.append(f"{span} of {page.context.ranked}")
    elif not ((page.weights_text or page.as_of) and standing.ranked):
        notes.append("tracked, not ranked")
    return tuple(notes)
