"""The change log: its page and its feeds."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition

from comparisons.changes.feeds import ENTRIES, TYPE, changes_atom
from comparisons.changes.page import (
    FEED_PATH,
    PATH,
    ChangeFilters,
    changes_of_pair,
    load_changes_page,
    read_filters,
    selected,
)
from comparisons.core import pairs
from comparisons.models import Change
from comparisons.pages import lookup
from comparisons.pages.base import UnknownPage
from comparisons.standing_store import current_revision
from comparisons.web.answering import Elsewhere, reader_view
from models_catalog.models import Category, LanguageModel, Organization


def _etag(request: HttpRequest, **kwargs) -> str:
    """Changes whenever an entry was added or what is public changed."""
    newest = Change.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return f'W/"changes-{newest}-{current_revision()}-{settings.RELEASE}"'


@reader_view
def changes(request: HttpRequest) -> HttpResponse:
    """`/changes/`: filters in the address, newest first."""
    return render(request, "comparisons/changes.html", {"page": load_changes_page(read_filters(request.GET))})


def _feed(title: str, page_path: str, feed_path: str, filters: ChangeFilters) -> HttpResponse:
    shown = [row.facts for row in selected(filters)[:ENTRIES]]
    return HttpResponse(changes_atom(f"{settings.SITE_NAME}: {title}", page_path, feed_path, shown), content_type=TYPE)


@reader_view
@condition(etag_func=_etag)
def changes_feed(request: HttpRequest) -> HttpResponse:
    """`/changes/feed.atom`: everything."""
    return _feed("changes", PATH, FEED_PATH, ChangeFilters())


@reader_view
@condition(etag_func=_etag)
def model_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG/feed.atom`: what changed about one model; an old slug leads to the new one."""
    name = LanguageModel.objects.published().filter(slug=slug).values_list("name", flat=True).first()
    if name is None:
        lookup.raise_unknown((slug,))
    page = f"/models/{slug}/"
    return _feed(f"changes of {name}", page, f"{page}feed.atom", ChangeFilters(model=slug))


@reader_view
@condition(etag_func=_etag)
def pair_feed(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B/feed.atom`: what changed about either, and turns of their verdict; old slugs lead to new ones."""
    two = pairs.split(pair)
    if not pairs.is_canonical(pair):
        raise Elsewhere(f"/compare/{pairs.join(*two)}/feed.atom", permanent=True)
    names = dict(LanguageModel.objects.published().filter(slug__in=two).values_list("slug", "name"))
    if len(names) < len(two):
        lookup.raise_unknown(two)
    page = f"/compare/{pair}/"
    title = f"{settings.SITE_NAME}: {' vs '.join(names[slug] for slug in two)}"
    shown = [row.facts for row in changes_of_pair(*two)[:ENTRIES]]
    return HttpResponse(changes_atom(title, page, f"{page}feed.atom", shown), content_type=TYPE)


@reader_view
@condition(etag_func=_etag)
def lab_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG/feed.atom`: what changed about the models of one lab."""
    name = Organization.objects.filter(slug=slug, is_lab=True).values_list("name", flat=True).first()
    if name is None:
        raise UnknownPage("lab", slug)
    page = f"/labs/{slug}/"
    return _feed(f"changes at {name}", page, f"{page}feed.atom", ChangeFilters(lab=slug))


@reader_view
@condition(etag_func=_etag)
def category_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG/feed.atom`: what changed on the benchmarks of one category."""
    name = Category.objects.filter(slug=slug).values_list("name", flat=True).first()
    if name is None:
        raise UnknownPage("category", slug)
    page = f"/categories/{slug}/"
    return _feed(f"changes in {name}", page, f"{page}feed.atom", ChangeFilters(category=slug))
