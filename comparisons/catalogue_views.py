"""Benchmarks, categories, labs, providers, prices and data: read the address, ask `pages`, render."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comparisons.board_views import asked_lane, not_found, own_weights_redirect, today
from comparisons.forms import board_filters
from comparisons.pages import benchmarks, categories, organizations
from comparisons.pages.base import UnknownPage


def _or_not_found(request: HttpRequest, load: Callable, near: Callable[[str], list[dict]]):
    """The page `load` gives, or a 404 with the closest names."""
    try:
        return load()
    except UnknownPage as unknown:
        return not_found(request, unknown.slug, str(unknown), near(unknown.slug))


@require_safe
def benchmark_list(request: HttpRequest) -> HttpResponse:
    """`/benchmarks/`."""
    return render(request, "comparisons/benchmark_list.html", {"page": benchmarks.load_benchmarks()})


def _benchmark(request: HttpRequest, slug: str):
    return _or_not_found(
        request,
        lambda: benchmarks.load_benchmark(slug, today=today(), lane=asked_lane(request)),
        benchmarks.near_benchmarks,
    )


@require_safe
def benchmark_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG/`."""
    found = _benchmark(request, slug)
    if isinstance(found, HttpResponse):
        return found
    return render(request, "comparisons/benchmark_detail.html", {"page": found})


def _category(request: HttpRequest, slug: str, *, whole: bool = False):
    return _or_not_found(
        request,
        lambda: categories.load_category(slug, board_filters(request.GET), today=today(), whole=whole),
        lambda _: categories.near_categories(),
    )


@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG/`."""
    found = own_weights_redirect(request) or _category(request, slug)
    if isinstance(found, HttpResponse):
        return found
    return render(request, "comparisons/category_detail.html", {"page": found})


def _lab(request: HttpRequest, slug: str, *, whole: bool = False):
    return _or_not_found(
        request,
        lambda: organizations.load_lab(slug, board_filters(request.GET), today=today(), whole=whole),
        organizations.near_organizations,
    )


@require_safe
def lab_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG/`."""
    found = own_weights_redirect(request) or _lab(request, slug)
    if isinstance(found, HttpResponse):
        return found
    return render(request, "comparisons/lab_detail.html", {"page": found})


@require_safe
def provider_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/providers/SLUG/`."""
    found = _or_not_found(
        request,
        lambda: organizations.load_provider(slug, today=today()),
        lambda wanted: organizations.near_organizations(wanted, provider=True),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "comparisons/provider_detail.html", {"page": found})
