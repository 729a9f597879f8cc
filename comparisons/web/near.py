"""Names close to one that leads nowhere, as addresses of the view that was asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from comparisons.boards.categories import near_categories
from comparisons.boards.organizations import near_organizations
from comparisons.core import pairs
from comparisons.pages import lookup
from comparisons.pages.base import Near, address
from comparisons.pages.benchmarks import near_benchmarks
from comparisons.web.problems import NearLink

_FINDERS: dict[str, Callable[[str], tuple[Near, ...]]] = {
    "benchmark": near_benchmarks,
    "category": lambda slug: near_categories(),
    "lab": near_organizations,
    "provider": lambda slug: near_organizations(slug, provider=True),
}


def same_view(request: HttpRequest, **kwargs: object) -> str:
    """The address of the view a request reached, for other subjects: a twin leads to twins."""
    match = request.resolver_match
    return reverse(match.view_name, kwargs={**match.kwargs, **kwargs})


def with_query(request: HttpRequest, path: str) -> str:
    """`path` with the query of the request."""
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def for_subject(request: HttpRequest, kind: str, slug: str) -> str:
    """The address of the view a request reached, for another subject: in its path, or in the filter of a list."""
    if "slug" in request.resolver_match.kwargs:
        return same_view(request, slug=slug)
    return f"{request.path}?{urlencode({kind: slug})}"


def near_subjects(request: HttpRequest, kind: str, slug: str) -> tuple[NearLink, ...]:
    """Benchmarks, categories, labs or providers close to `slug`."""
    found = _FINDERS[kind](slug) if kind in _FINDERS else ()
    return tuple(NearLink(for_subject(request, kind, near.slug), near.name) for near in found)


def near_models(request: HttpRequest, slug: str) -> tuple[NearLink, ...]:
    """Models close to `slug`; in the address of a pair against the half that is known."""
    pair = request.resolver_match.kwargs.get("pair")
    found = lookup.suggestions(slug)
    if pair is None:
        return tuple(NearLink(for_subject(request, "model", near.slug), near.name, near.lab) for near in found)
    one, other = pairs.split(pair)
    kept = other if slug == one else one
    return tuple(
        NearLink(same_view(request, pair=pairs.join(kept, near.slug)), f"{near.name} ({near.lab})", f"against {kept}")
        for near in found
        if near.slug != kept
    )


def instead(request: HttpRequest, slug: str, successor: str) -> tuple[NearLink, ...]:
    """The view that was asked for, of the successor of a model that is gone; in a pair against the other half."""
    pair = request.resolver_match.kwargs.get("pair")
    if not successor:
        return ()
    if pair is None:
        kwargs = request.resolver_match.kwargs
        href = same_view(request, slug=successor) if "slug" in kwargs else f"/models/{successor}/"
        return (NearLink(href, successor, "its successor here"),)
    one, other = pairs.split(pair)
    kept = other if slug == one else one
    if kept == successor:
        return (NearLink(f"/models/{successor}/", successor, "its successor here"),)
    return (
        NearLink(same_view(request, pair=pairs.join(kept, successor)), successor, f"its successor, against {kept}"),
    )


def second_model(same: pairs.SamePair) -> tuple[NearLink, ...]:
    """Where to go from a model set against itself: its own page, and the picker with it filled in."""
    found = lookup.find(same.slug)
    own = (NearLink(f"/models/{found}/", found, "its own page"),) if found else ()
    return (*own, NearLink(address("/compare/", m=same.slug), "Choose a second model", "picker"))
