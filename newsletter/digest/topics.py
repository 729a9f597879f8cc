"""What a reader can ask to hear about: labs with models, categories, prices, single comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from comparisons.core import pairs
from models_catalog.models import Category, LanguageModel, Organization
from newsletter.core.preferences import EVERYTHING, pairs_among
from newsletter.models import Subscriber

PRICES = "prices"
MOST_ADDED = 20  # comparisons that one form may bring along


@dataclass(frozen=True)
class TopicGroup:
    """Topics of one kind: (value, name) of each."""

    title: str
    topics: tuple[tuple[str, str], ...]


def topic_groups(topics: Iterable[str] = ()) -> tuple[TopicGroup, ...]:
    """Return all topics by kind, with the comparisons among `topics`. Queries twice, four times with comparisons."""
    labs = Organization.objects.filter(is_lab=True, models__published=True).distinct()
    followed = pair_choices(pairs_among(topics))
    return (
        TopicGroup("Comparisons", (*followed, (EVERYTHING, "Everything else too")) if followed else ()),
        TopicGroup("Kinds of ability", tuple((f"category:{row.slug}", row.name) for row in Category.objects.all())),
        TopicGroup("Labs", tuple((f"lab:{row.slug}", row.name) for row in labs)),
        TopicGroup("Money", ((PRICES, "Prices"),)),
    )


def topic_choices(topics: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return (value, name) of every topic, with the comparisons among `topics`; queries as `topic_groups`."""
    return [choice for group in topic_groups(topics) for choice in group.topics]


def pair_choices(wanted: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (topic, “A vs B”) of those texts that name two models we compare, by today’s slugs. Two queries at most."""
    named = [pair for pair in list(dict.fromkeys(wanted))[:MOST_ADDED] if _is_pair(pair)]
    if not named:
        return ()
    slugs = {slug for pair in named for slug in pairs.split(pair)}
    now = {slug: slug for slug in slugs} | _present(slugs)
    names = dict(LanguageModel.objects.published().filter(slug__in=now.values()).values_list("slug", "name"))
    found = {}
    for pair in named:
        two = [now[slug] for slug in pairs.split(pair)]
        if two[0] != two[1] and set(two) <= names.keys():
            first, second = pairs.canonical(*two)
            found[f"pair:{pairs.join(first, second)}"] = f"{names[first]} vs {names[second]}, when its verdict turns"
    return tuple(found.items())


def followed_pairs() -> set[str]:
    """The pairs that readers follow, by today’s slugs. Two queries."""
    rows = Subscriber.objects.confirmed().exclude(topics=[]).order_by().values_list("topics", flat=True).distinct()
    named = {pair for topics in rows for pair in pairs_among(topics) if _is_pair(pair)}
    now = _present(slug for pair in named for slug in pairs.split(pair))
    two = ([now.get(slug, slug) for slug in pairs.split(pair)] for pair in named)
    return {pairs.join(*slugs) for slugs in two if slugs[0] != slugs[1]}


def with_other_slugs(topics: Iterable[str]) -> tuple[str, ...]:
    """`topics` with every name under which the log may tell of their comparisons. One query, none without comparisons."""
    found = list(dict.fromkeys(topics))
    for pair in filter(_is_pair, pairs_among(tuple(found))):
        ever = [_ever(slug) for slug in pairs.split(pair)]
        found += [f"pair:{pairs.join(a, b)}" for a in ever[0] for b in ever[1] if a != b]
    return tuple(dict.fromkeys(found))


def watch(topics: Iterable[str]) -> None:
    """Let the change log remember how the comparisons among `topics` stand now, so that their next turn is told."""
    named = [topic.removeprefix("pair:") for topic, _ in pair_choices(pairs_among(topics))]
    if named:
        from comparisons.changes import log  # only here: mail workers need no arithmetic in their memory

        log.watch(named)


def _is_pair(text: str) -> bool:
    try:
        pairs.split(text)
    except pairs.NotAPair:
        return False
    return True


def _present(slugs: Iterable[str]) -> dict[str, str]:
    """Old slug to today’s, of those among `slugs` that are old ones. One query."""
    rows = LanguageModel.objects.filter(old_slugs__old_slug__in=set(slugs))
    return dict(rows.values_list("old_slugs__old_slug", "slug"))


def _ever(slug: str) -> list[str]:
    """A slug with all others that its model has or had. One query."""
    models = LanguageModel.objects.filter(Q(slug=slug) | Q(old_slugs__old_slug=slug)).values("pk")
    rows = LanguageModel.objects.filter(pk__in=models).values_list("slug", "old_slugs__old_slug")
    return sorted({slug, *(text for row in rows for text in row if text)})
