"""Finding models by what a reader typed: slugs, names, near matches, old slugs.

Only pages that found nothing, and the picker, come here; their queries are not in the
budget of pages that found what they were asked for.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from comparisons.core import search
from comparisons.pages.base import GoneFromHere, MovedModel, UnknownModel
from models_catalog.models import GoneModel, LanguageModel, ModelAlias, ModelSlugRedirect

NEAR = 6  # suggestions at most


@dataclass(frozen=True)
class Suggestion:
    """A model that may be the one meant."""

    slug: str
    name: str
    lab: str

    @property
    def href(self) -> str:
        """Path of the model's page."""
        return f"/models/{self.slug}/"


def raise_unknown(slugs: Iterable[str]) -> None:
    """Say why some of `slugs` have no page: MovedModel with new slugs, GoneFromHere, else UnknownModel for the first.

    Raises UnknownModel for a model that exists but has no standings yet, too.
    """
    wanted = tuple(slugs)
    known = set(LanguageModel.objects.published().filter(slug__in=wanted).values_list("slug", flat=True))
    missing = [slug for slug in wanted if slug not in known]
    redirects = ModelSlugRedirect.objects.filter(old_slug__in=missing, model__published=True)
    renamed = dict(redirects.values_list("old_slug", "model__slug"))
    if renamed and all(slug in renamed for slug in missing):
        raise MovedModel(renamed)
    gone = GoneModel.objects.filter(old_slug__in=missing).select_related("successor").first()
    if gone is not None:
        visible = gone.successor is not None and gone.successor.published
        raise GoneFromHere(gone.old_slug, gone.note, gone.successor.slug if visible else "")
    raise UnknownModel(next((slug for slug in missing if slug not in renamed), wanted[0]))


def _entries() -> tuple[search.Entry, ...]:
    """Every published model as a search sees it. Three queries."""
    others: dict[str, list[str]] = defaultdict(list)
    aliases = ModelAlias.objects.filter(model__published=True).values_list("model__slug", "source_id")
    old = ModelSlugRedirect.objects.filter(model__published=True).values_list("model__slug", "old_slug")
    for slug, name in (*aliases, *old):
        others[slug].append(name)
    rows = LanguageModel.objects.published().values_list("slug", "name", "lab__name", "release_date")
    return tuple(search.Entry(*row, tuple(others[row[0]])) for row in rows)


def present_slug(slug: str) -> str:
    """The slug under which a model stands now, by any it has had. One or two queries; raises as `raise_unknown`."""
    if LanguageModel.objects.published().filter(slug=slug).exists():
        return slug
    try:
        raise_unknown((slug,))
    except MovedModel as moved:
        return moved.renamed[slug]


def find(text: str) -> str | None:
    """The slug of the model a reader means by a slug, name, alias or its words; None if not clear. Three queries."""
    meant = search.meant(text, _entries()) if text.strip() else None
    return meant and meant.slug


def suggestions(text: str, limit: int = NEAR) -> list[Suggestion]:
    """Models that match every word of `text`, best and newest first; else those spelt most alike. Three queries."""
    entries = _entries() if text.strip() else ()
    matched = search.found(text, entries)[:limit] or _alike(text, entries)[:limit]
    return [Suggestion(entry.slug, entry.name, entry.lab) for entry in matched]


def _alike(text: str, entries: Iterable[search.Entry]) -> list[search.Entry]:
    """Entries whose slug or name is spelt like `text`, best first: for a slip of the keyboard."""
    wanted = search.folded(text)
    if not wanted:
        return []
    scored = []
    for entry in entries:
        words = (_likeness(wanted, search.folded(word)) * 0.95 for word in entry.name.split())
        likeness = max(
            _likeness(wanted, search.folded(entry.slug)), _likeness(wanted, search.folded(entry.name)), *words
        )
        if likeness > 0.45:
            scored.append((-likeness, entry.name.lower(), entry))
    return [entry for *_, entry in sorted(scored, key=lambda item: item[:2])]


def _likeness(wanted: str, candidate: str) -> float:
    """1 for equal, above 0.8 for a beginning, above 0.6 for a part, else how alike the letters are."""
    if wanted == candidate:
        return 1.0
    share = len(wanted) / max(len(candidate), 1)
    if candidate.startswith(wanted):
        return 0.8 + 0.19 * share
    if wanted in candidate:
        return 0.6 + 0.19 * share
    return difflib.SequenceMatcher(None, wanted, candidate, autojunk=False).ratio() * 0.9
