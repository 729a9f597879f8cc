"""Citations of pairs: keeping what a page says now, finding what one said, and what changed since.

A citation is made by the button of the page, or by asking for its address while that revision is the present one.
It is found by the slugs of its address before any model is looked up, so it answers whatever became of the models.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from comparisons.changes.page import Entry, changes_of_pair, entry_of
from comparisons.core import citing, pairs
from comparisons.core.citing import Difference, Differences, Source
from comparisons.models import Citation, DatasetRevision
from comparisons.pages import lookup
from comparisons.pages.base import GoneFromHere, UnknownModel, UnknownRevision, absolute, address
from comparisons.pairs.comparison import ComparisonPage, load_comparison_page
from comparisons.pairs.statement import statement_of
from models_catalog.core import display
from models_catalog.models import LanguageModel

MOST_A_DAY = 300  # citations of all pairs together; some 10 kB each
MOST_ENTRIES = 30  # of the change log, on one page
MOST_THINGS = 60  # that read otherwise today, on one page


class CitationsFull(Exception):
    """Today's room for new citations is used up; the message is for the reader."""


@dataclass(frozen=True)
class Since:
    """What is different today. `gone` says why there is no page to set beside; `live_href` is that page's address."""

    live_href: str
    today: dt.date
    gone: str
    differences: Differences | None
    entries: tuple[Entry, ...]
    left_out: str = ""

    @property
    def shown(self) -> tuple[Difference, ...]:
        """What reads otherwise, as much of it as the page prints."""
        return self.differences.things[:MOST_THINGS] if self.differences else ()

    @property
    def unshown(self) -> str:
        """How much more the twins list, as a sentence, or nothing."""
        more = len(self.differences.things) - MOST_THINGS if self.differences else 0
        return f"{display.counted(more, 'more figure')} in the twins of this page." if more > 0 else ""

    @property
    def nothing(self) -> bool:
        """Whether the page says today what it said then, and the change log holds nothing about either model."""
        return self.differences is not None and self.differences.none and not self.entries


@dataclass(frozen=True)
class CitedPage:
    """A kept statement with its address, how to cite it, and what changed since."""

    pair: str
    revision: str
    lane_asked: str
    day: dt.date
    kept_at: dt.datetime
    statement: Mapping[str, Any]
    source: Source
    since: Since

    @property
    def names(self) -> tuple[str, str]:
        """Both models' names of then."""
        first, second = self.statement["names"]
        return first, second

    @property
    def day_text(self) -> str:
        """The day it was said, as printed."""
        return display.date(self.day)

    @property
    def since_title(self) -> str:
        """Head of the section about what came later."""
        return f"What changed since {self.day_text}"

    @property
    def csl_text(self) -> str:
        """CSL-JSON as text to paste."""
        return json.dumps(self.source.csl, ensure_ascii=False, indent=1)

    @property
    def path(self) -> str:
        """Its own address."""
        return cited_path(self.pair, self.revision, self.lane_asked)


def cited_path(pair: str, revision: str, lane: str, ending: str = "/") -> str:
    """Address of a citation, in one of its representations."""
    return address(f"/compare/{pair}{ending}", lane=lane, rev=revision)


# --- Keeping ------------------------------------------------------------------------------------------


def keep(page: ComparisonPage, now: dt.datetime) -> Citation:
    """Keep what a page says now; the same words and figures at one revision are kept once, whoever asks.

    Raises CitationsFull when too many were kept within a day.
    """
    statement = statement_of(page)
    key = {"pair": page.pair_slug, "lane": page.lane_asked or "", "revision": page.context.revision}
    sha256 = citing.fingerprint(statement)
    found = Citation.objects.filter(**key, sha256=sha256).first()
    if found is not None:
        return found
    if Citation.objects.filter(kept_at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY:
        raise CitationsFull("Too many citations were kept today. Nothing is lost; please come back tomorrow.")
    last = Citation.objects.filter(**key).aggregate(last=Max("edition"))["last"] or 0
    text = citing.text_of(statement).encode()
    try:
        with transaction.atomic():
            return Citation.objects.create(
                **key, edition=last + 1, day=page.today, kept_at=now, sha256=sha256, statement=zlib.compress(text, 9)
            )
    except IntegrityError:  # somebody kept one at the same moment
        return Citation.objects.filter(**key).order_by("-edition")[0]


# --- Finding ------------------------------------------------------------------------------------------


def load_cited_page(pair: str, rev: str, *, lane: str, today: dt.date) -> CitedPage:
    """What the page of a pair said at a revision, whatever became of its models.

    Raises `pairs.NotAPair` for an address that is no pair, UnknownRevision where nothing was kept.
    """
    one, other = pairs.split(pair)
    try:
        revision, edition = citing.parse_revision(rev)
    except citing.BadRevision as bad:
        raise UnknownRevision(str(bad)) from bad
    found = _found(one, other, {"lane": lane, "revision": revision, "edition": edition})
    if found is None:
        raise _not_kept(rev.strip(), revision)
    statement = json.loads(zlib.decompress(bytes(found.statement)))
    return CitedPage(
        pair=found.pair,
        revision=found.number,
        lane_asked=found.lane,
        day=found.day,
        kept_at=found.kept_at,
        statement=statement,
        source=_source(found, statement),
        since=_since(found, statement, today),
    )


def _source(found: Citation, statement: Mapping[str, Any]) -> Source:
    return Source(
        site=settings.SITE_NAME,
        title=" vs ".join(statement["names"]),
        call=statement["call"],
        url=absolute(cited_path(found.pair, found.number, found.lane)),
        day=found.day,
        revision=found.number,
        methodology=statement["document"]["methodology"],
        lane=statement["document"]["lane"],
    )


def _found(one: str, other: str, key: dict) -> Citation | None:
    """The citation under these slugs, or under slugs the two models had before."""
    direct = Citation.objects.filter(pair=pairs.join(one, other), **key).first()
    if direct is not None:
        return direct
    wanted = {pairs.join(a, b) for a in _ever(one) for b in _ever(other) if a != b}
    return Citation.objects.filter(pair__in=wanted, **key).first()


def _ever(slug: str) -> set[str]:
    """A slug with every other one that its model has or had."""
    models = LanguageModel.objects.filter(Q(slug=slug) | Q(old_slugs__old_slug=slug)).values("pk")
    rows = LanguageModel.objects.filter(pk__in=models).values_list("slug", "old_slugs__old_slug")
    return {slug, *(text for row in rows for text in row if text)}


def _not_kept(rev: str, revision: int) -> UnknownRevision:
    made = DatasetRevision.objects.filter(number=revision).first()
    if made is None:
        return UnknownRevision(f"There is no revision {rev} of the data at which this comparison was kept.")
    day = made.created_at.date()
    return UnknownRevision(
        f"Nobody kept what this comparison said at revision {rev}, of {display.date(day)}. It is kept for ever once "
        "somebody presses “Keep for citing” on its page.",
        day,
    )


# --- What changed since -------------------------------------------------------------------------------


def _since(found: Citation, statement: Mapping[str, Any], today: dt.date) -> Since:
    slugs, gone, page = statement["slugs"], "", None
    try:
        present = [lookup.present_slug(slug) for slug in slugs]
        page = load_comparison_page(pairs.join(*present), today=today, lane=found.lane or None)
    except (GoneFromHere, UnknownModel) as error:
        gone, present = f"{error} What was said stays.", slugs
    except pairs.SamePair:
        gone, present = "The two are one model today. What was said stays.", slugs
    rows = changes_of_pair(*present).filter(at__gt=found.kept_at)[: MOST_ENTRIES + 1]
    entries = tuple(entry_of(row.facts) for row in rows)
    different = _different(statement, page, present) if page else None
    return Since(
        live_href=address(page.path, lane=found.lane) if page else "",
        today=today,
        gone=gone,
        differences=different,
        entries=entries[:MOST_ENTRIES],
        left_out="More stands in the change log." if len(entries) > MOST_ENTRIES else "",
    )


def _different(statement: Mapping[str, Any], page: ComparisonPage, present: list[str]) -> Differences:
    now = statement_of(page)
    by_slug = dict(zip(now["slugs"], now["names"], strict=True))
    return citing.differences(statement, {**now, "names": [by_slug[slug] for slug in present]})
