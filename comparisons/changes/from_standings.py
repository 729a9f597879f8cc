"""Which ranks and verdicts turned between two recomputations, beyond what a tie allows to say."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.conf import settings

from comparisons.benches import load_bench
from comparisons.changes.followed import followed_pairs
from comparisons.changes.from_history import gathered, make_change
from comparisons.core import changes, pairs
from comparisons.core import versions as versions_of_method
from comparisons.core.changes import RankRange
from comparisons.models import Change, ChangeLogState, CuratedPair, DatasetRevision, Standing, StandingSnapshot

FOLLOWED = "followed"  # third entry of a stored verdict that only followers are told about
MOST_MOVES = 40  # more moves of rank in one recomputation are counted in one entry


def entries(state: ChangeLogState, revision: DatasetRevision) -> list[Change]:
    """Unsaved entries for what moved since `state`, which is brought up to date.

    Nothing is told the first time, nor when the lane readers see by default became another one.
    """
    lane = settings.DEFAULT_LANE
    rows = list(
        Standing.objects.filter(snapshot__revision=revision, snapshot__lane=lane, model__published=True)
        .select_related("model__lab")
        .defer("detail")
        .order_by("rank", "model__slug")
    )
    if not rows:
        return []
    about = {row.model.slug: row.model for row in rows}
    ranks = {row.model.slug: [row.rank, row.rank_best, row.rank_worst] for row in rows if row.ranked}
    comparable = state.lane == lane and state.revision is not None
    watched = _watched(list(ranks), set(about))
    followed = {pair for pair in followed_pairs() if set(_two(pair)) <= set(about)} - watched
    # A pair that the very change moved apart is asked once more before it leaves the watch.
    before = {pair for pair in state.verdicts if comparable and set(_two(pair)) <= set(about)}
    verdicts = verdicts_of(lane, watched | followed | before, revision.created_at.date())
    made = []
    if comparable:
        made += _method_changes(state.revision, revision, lane)
        made += gathered(_moves(state.ranks, ranks, about, revision), MOST_MOVES)
        made += _flips(state.verdicts, verdicts, about, revision, watched, followed_pairs())
    state.lane, state.ranks, state.revision = lane, ranks, revision.pk
    state.verdicts = {pair: said for pair, said in verdicts.items() if pair in watched} | {
        pair: [*verdicts[pair], FOLLOWED] for pair in followed & verdicts.keys()
    }
    return made


def _method_changes(old: int, revision: DatasetRevision, lane: str) -> list[Change]:
    """One entry where the method itself became another one: why, and how far printed scores moved."""
    versions = dict(
        StandingSnapshot.objects.filter(revision__in=(old, revision.pk), lane=lane).values_list(
            "revision_id", "methodology"
        )
    )
    before, after = versions.get(old), versions.get(revision.pk)
    if before is None or before == after:
        return []
    scores: dict[int, dict[int, float]] = {old: {}, revision.pk: {}}
    stored = Standing.objects.filter(snapshot__revision__in=scores, snapshot__lane=lane, overall__isnull=False)
    for number, model, overall in stored.values_list("snapshot__revision_id", "model_id", "overall"):
        scores[number][model] = overall
    moves = [
        abs(scores[revision.pk][model] - overall)
        for model, overall in scores[old].items()
        if model in scores[revision.pk]
    ]
    known = versions_of_method.version(after)
    return [
        make_change(
            f"method:{revision.pk}:{after}",
            revision.created_at,
            changes.SCORING_CHANGED,
            old_text=f"version {before}",
            new_text=f"version {after}",
            settings=changes.moves_text(moves),
            values={"old": before, "new": after, "lane": lane, "models": len(moves)},
            reason=known.why if known else "",
            revision=revision.pk,
        )
    ]


def _two(pair: str) -> list[str]:
    return pair.split(pairs.SEPARATOR)


def _range(stored: list | None) -> RankRange | None:
    return RankRange(*stored) if stored else None


def _about(model) -> dict:
    return {"model": model.slug, "model_name": model.name, "lab": model.lab.slug, "lab_name": model.lab.name}


def _moves(old: dict, new: dict, about: dict, revision: DatasetRevision) -> list[Change]:
    made = []
    for slug in sorted(old.keys() | new.keys()):
        before, after = _range(old.get(slug)), _range(new.get(slug))
        if slug not in about or not changes.beyond_tie_band(before, after):
            continue
        made.append(
            make_change(
                f"rank:{revision.pk}:{slug}",
                revision.created_at,
                changes.RANK_CHANGED,
                **_about(about[slug]),
                old_text=changes.rank_text(before),
                new_text=changes.rank_text(after),
                values={"old": old.get(slug), "new": new.get(slug), "lane": settings.DEFAULT_LANE},
                reason=revision.reason,
                revision=revision.pk,
            )
        )
    return made


def _flips(
    old: dict, new: dict, about: dict, revision: DatasetRevision, watched: set[str], followed: set[str]
) -> list[Change]:
    """Entries for pairs with another leader; of followed pairs also for another word, told to their followers only."""
    made = []
    for pair, (outcome, leader) in sorted(new.items()):
        before = old.get(pair)
        if before is None or before[:2] == [outcome, leader]:
            continue
        public = before[1] != leader and (pair in watched or FOLLOWED not in before[2:])
        if not public and pair not in followed:
            continue
        first, second = (about[slug] for slug in _two(pair))
        names = {first.slug: first.name, second.slug: second.name}
        made.append(
            make_change(
                f"verdict:{revision.pk}:{pair}",
                revision.created_at,
                changes.VERDICT_FLIPPED,
                **_about(first),
                other=second.slug,
                other_name=second.name,
                old_text=changes.outcome_text(before[0], names.get(before[1], "")),
                new_text=changes.outcome_text(outcome, names.get(leader, "")),
                values={
                    "old": {"outcome": before[0], "leader": before[1] or None},
                    "new": {"outcome": outcome, "leader": leader or None},
                    "lane": settings.DEFAULT_LANE,
                    "other_lab": second.lab.slug,
                    **({} if public else {"followed": True}),
                },
                reason=revision.reason,
                revision=revision.pk,
            )
        )
    return made


def _watched(board: list[str], known: set[str]) -> set[str]:
    """Neighbours in the top 30 of a board in rank order, and the curated pairs of known models."""
    curated = (pair for pair in CuratedPair.objects.values_list("pair", flat=True) if set(_two(pair)) <= known)
    return {pairs.join(*two) for two in pairwise(board[: changes.WATCHED_RANKS])} | set(curated)


def verdicts_of(lane: str, watched: set[str], today: dt.date) -> dict[str, list[str]]:
    """Pair → outcome and leader's slug (or empty), as the pair's page would say it in this lane."""
    slugs = {slug for pair in watched for slug in _two(pair)}
    if not slugs:
        return {}
    bench = load_bench(lane, today=today, slugs=slugs)
    found = {}
    for pair in watched:
        two = _two(pair)
        if not set(two) <= bench.sides.keys():
            continue
        overall = bench.pair(*two).overall
        found[pair] = [overall.outcome, "" if overall.leader is None else two[overall.leader]]
    return found
