"""The arithmetic of method version 2 a second time: plain loops, written from its description.

Nothing here is taken from the product's code, and nothing of it is imported but records: it starts
from what version 2 left alone (pars, spreads, scatters, the offset, the choice of rows) and works
out anew what version 2 changed, or what rests on it. Tests hold the two against each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

KAPPA = 2
MAKER = 4.0  # version 1: 2.5
REACH, FROM_RESULTS = 15.0, 3  # version 1: none
ANCHORS, WELL_TESTED = 12, 3.25
Z = 1.6448536269514722
LEAST_SQUARED = 1e-9
PRIOR_SCATTER = 9.0


@dataclass(frozen=True)
class Test:
    """What a lane publishes about one benchmark; par, spread and scatter None where it has no par."""

    category: str
    family: str
    weight: float
    models: int
    par: float | None
    spread: float | None
    scatter: float | None


@dataclass(frozen=True)
class Lane:
    """What a lane publishes about itself; `pars` are those of the categories, without any link."""

    tests: dict[str, Test]
    weights: dict[str, float]  # as edited
    pars: dict[str, float | None]
    omega: float
    offset: float
    link: float = 0.0

    @property
    def shares(self) -> dict[str, float]:
        """The weights of the categories that have a par, adding up to 1."""
        live = {c: w for c, w in self.weights.items() if self.pars[c] is not None}
        return {c: w / sum(live.values()) for c, w in live.items()}

    @property
    def course(self) -> float:
        """The score of a model without any lead."""
        return self.link + sum(share * self.pars[c] for c, share in self.shares.items())


@dataclass(frozen=True)
class Result:
    """A counting result: points before any offset."""

    test: str
    points: float
    by_maker: bool


@dataclass(frozen=True)
class Score:
    """What comes out for one model."""

    overall: float
    own: float
    se: float
    share: dict[str, float]
    lead: dict[str, float]
    categories: dict[str, tuple[float, float, float]]  # score, standard error, votes
    families: set[str]
    vouched: set[str]


def counted_leads(lane: Lane, results: list[Result]) -> dict[str, float]:
    """Leads over par, from three results on held within 15 of their median."""
    leads = {}
    for result in results:
        test = lane.tests[result.test]
        if test.par is not None:
            points = result.points - (lane.offset if result.by_maker else 0)
            leads[result.test] = (points - test.par) / test.spread
    if len(leads) < FROM_RESULTS:
        return leads
    middle = median(leads.values())
    return {slug: sorted((middle - REACH, lead, middle + REACH))[1] for slug, lead in leads.items()}


def votes_of(lane: Lane, slugs: list[str]) -> dict[str, float]:
    """One family, one vote in a category."""
    crowd = defaultdict(int)
    for slug in slugs:
        crowd[lane.tests[slug].category, lane.tests[slug].family] += 1
    return {s: lane.tests[s].weight / crowd[lane.tests[s].category, lane.tests[s].family] for s in slugs}


def score(lane: Lane, results: list[Result]) -> Score | None:
    """Score one model; None without a result on the common scale."""
    lead = counted_leads(lane, results)
    if not lead:
        return None
    vote = votes_of(lane, list(lead))
    home = {slug: lane.tests[slug].category for slug in lead}
    maker = {result.test for result in results if result.by_maker} & set(lead)
    whole = sum(vote.values())
    usual = sum(vote[slug] * lead[slug] for slug in lead) / whole
    of_category, gained, parts = {}, {}, {}
    for category, par in lane.pars.items():
        if par is None:
            continue
        own = [slug for slug in lead if home[slug] == category]
        votes = sum(vote[slug] for slug in own)
        gained[category] = (sum(vote[s] * lead[s] for s in own) + KAPPA * usual) / (votes + KAPPA)
        parts[category] = {
            slug: vote[slug] * ((slug in own) + KAPPA / whole) / (votes + KAPPA) for slug in lead
        }  # how a category score weighs each result
        intended = {c: float(c == category) for c in lane.shares}
        own_noise, par_noise = _variances(lane, parts[category], maker, intended)
        of_category[category] = (par + lane.link + gained[category], math.sqrt(own_noise + par_noise), votes)
    share = {s: sum(weight * parts[c][s] for c, weight in lane.shares.items()) for s in lead}
    own_noise, par_noise = _variances(lane, share, maker, lane.shares)
    return Score(
        overall=lane.course + sum(weight * gained[c] for c, weight in lane.shares.items()),
        own=own_noise,
        se=math.sqrt(own_noise + par_noise),
        share=share,
        lead=lead,
        categories=of_category,
        families={lane.tests[slug].family for slug in lead},
        vouched={lane.tests[slug].family for slug in lead if slug not in maker},
    )


def _variances(lane: Lane, share: dict[str, float], maker: set[str], intended: dict[str, float]) -> tuple[float, float]:
    """Of scatter, uneven evidence and flattery; and of the pars."""
    family, category = defaultdict(float), defaultdict(float)
    for slug, part in share.items():
        family[lane.tests[slug].family] += part * lane.tests[slug].scatter
        category[lane.tests[slug].category] += part
    own = sum(value**2 for value in family.values())
    own += lane.omega**2 * sum((category[c] - weight) ** 2 for c, weight in intended.items())
    own += (MAKER * sum(share[slug] for slug in maker)) ** 2
    pars = sum(part**2 * lane.tests[s].scatter ** 2 / lane.tests[s].models for s, part in share.items())
    return own, pars


def is_ranked(lane: Lane, found: Score) -> bool:
    """Every condition of a rank."""
    with_votes = [c for c, (_, _, votes) in found.categories.items() if votes > 0]
    by_family = defaultdict(float)
    for slug, part in found.share.items():
        by_family[lane.tests[slug].family] += part
    return (
        len(found.families) >= 6
        and len(found.vouched) >= 2
        and len(with_votes) >= 3
        and sum(lane.shares[c] for c in with_votes) >= 0.5 - 1e-9
        and found.se <= 4.25 + 1e-9
        and max(by_family.values()) <= 0.5 + 1e-9
    )


def gap(lane: Lane, a: Score, b: Score) -> tuple[float, float]:
    """How far a is ahead of b, with its standard error; noise of shared pars cancels."""
    pars = 0.0
    for slug in a.share.keys() | b.share.keys():
        apart = a.share.get(slug, 0.0) - b.share.get(slug, 0.0)
        pars += apart**2 * lane.tests[slug].scatter ** 2 / lane.tests[slug].models
    return a.overall - b.overall, math.sqrt(max(a.own + b.own + pars, LEAST_SQUARED))


def rank_range(lane: Lane, model: str, ranked: dict[str, Score]) -> tuple[int, int]:
    """Best: one more than are clearly ahead. Worst: all but those clearly behind."""
    ahead = behind = 0
    for other, theirs in ranked.items():
        if other != model:
            lead, se = gap(lane, theirs, ranked[model])
            ahead += lead >= Z * se
            behind += -lead >= Z * se
    return 1 + ahead, len(ranked) - behind


def shared_error(lane: Lane, a: list[Result], b: list[Result]) -> float:
    """The standard error of the comparison on shared tests only."""
    maker = [{result.test for result in side if result.by_maker} for side in (a, b)]
    slugs = sorted({result.test for result in a} & {result.test for result in b})
    touched = {lane.tests[slug].category for slug in slugs}
    weights = {c: w for c, w in lane.weights.items() if lane.pars[c] is not None or c in touched}
    weights = {c: w / sum(weights.values()) for c, w in weights.items()}
    vote = votes_of(lane, slugs)
    votes = {c: sum(vote[s] for s in slugs if lane.tests[s].category == c) for c in weights}
    usual = KAPPA * sum(weight / (votes[c] + KAPPA) for c, weight in weights.items()) / sum(vote.values())
    share = {}
    for slug in slugs:
        category = lane.tests[slug].category
        share[slug] = vote[slug] * (weights[category] / (votes[category] + KAPPA) + usual)
    family, covered = defaultdict(float), defaultdict(float)
    for slug, part in share.items():
        test = lane.tests[slug]
        family[test.family] += part * (PRIOR_SCATTER if test.par is None else test.scatter)
        covered[test.category] += part
    variance = 2 * sum(value**2 for value in family.values())
    variance += 2 * lane.omega**2 * sum((covered[c] - weight) ** 2 for c, weight in weights.items())
    variance += sum((MAKER * sum(part for slug, part in share.items() if slug in side)) ** 2 for side in maker)
    return math.sqrt(variance)


def link(then: Lane, results_then: dict[str, list[Result]], now: Lane, results_now: dict[str, list[Result]]) -> float:
    """The constant that keeps the models well tested on the reference day where they were on average."""
    before = {model: score(then, results) for model, results in results_then.items()}
    today = {model: score(now, results) for model, results in results_now.items()}
    anchors = [
        model
        for model, found in before.items()
        if found and is_ranked(then, found) and found.se <= WELL_TESTED and today.get(model)
    ]
    if len(anchors) < ANCHORS:
        return 0.0
    return sum(before[model].overall - today[model].overall for model in anchors) / len(anchors)
