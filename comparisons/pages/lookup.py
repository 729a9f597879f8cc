"""Finding models by what a reader typed: slugs, names, near matches, old slugs.

Only pages that found nothing, and the picker, come here; their queries are not in the
budget of pages that found what they were asked for.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from comparisons.pages.base import GoneFromHere, MovedModel, UnknownModel
from models_catalog.models import GoneModel, LanguageModel, ModelAlias, ModelSlugRedirect

NEAR = 6  # suggestions at most
LONGEST = 200  # characters of a name that are looked at


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


def normalised(text: str) -> str:
    """A name reduced to what people agree on: lower case, letters and digits only."""
    return re.sub(r"[^0-9a-z]+", "", text[:LONGEST].lower())


def find(text: str) -> str | None:
    """The slug of the model a reader means by a slug, name or known alias; None if not clear. At most 3 queries."""
    typed, wanted = text.strip()[:LONGEST].casefold(), normalised(text)
    if not typed:
        return None
    for slug, name in LanguageModel.objects.published().values_list("slug", "name"):
        if typed in (slug, name.casefold()) or (wanted and wanted in (normalised(slug), normalised(name))):
            return slug
    aliases = ModelAlias.objects.filter(source_id__iexact=text.strip()[:LONGEST], model__published=True)
    found = set(aliases.values_list("model__slug", flat=True))
    return found.pop() if len(found) == 1 else None


def suggestions(text: str, limit: int = NEAR) -> list[Suggestion]:
    """Models whose slug or name is closest to `text`, best first. One query."""
    typed, wanted = text.strip()[:LONGEST].casefold(), normalised(text)
    if not typed:
        return []
    scored = []
    for slug, name, lab in LanguageModel.objects.for_catalog().values_list("slug", "name", "lab__name"):
        likeness = 0.7 if typed in name.casefold() else 0.0
        if wanted:
            words = (_likeness(wanted, normalised(word)) * 0.95 for word in name.split())
            likeness = max(likeness, _likeness(wanted, normalised(slug)), _likeness(wanted, normalised(name)), *words)
        if likeness > 0.45:
            scored.append((-likeness, name.lower(), Suggestion(slug, name, lab)))
    return [suggestion for *_, suggestion in sorted(scored, key=lambda item: item[:2])[:limit]]


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
