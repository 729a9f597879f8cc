"""Everything else by which facts leave the pages: badges, sitemaps, robots, the description of the API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from comparisons.pages import sitemap
from comparisons.pages.badge import load_badge
from comparisons.pages.base import absolute
from comparisons.renderers import badge as badges
from comparisons.web.answering import reader_view
from comparisons.web.api_docs import load_api_docs
from comparisons.web.page_cache import revision_cached
from comparisons.web.problems import SVG_TYPE
from comparisons.web.reading import asked_lane
from comparisons.web.validators import HOUR, kept

XML = "application/xml"


# ------------------------------------------------------------------ badges


@reader_view
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """`/badge/SLUG.svg?metric=overall|rank|CATEGORY`."""
    source = badges.badge_svg(load_badge(slug, request.GET.get("metric", ""), asked_lane(request)))
    response = HttpResponse(source, content_type=SVG_TYPE)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return kept(request, response, hashlib.sha256(source.encode()).hexdigest()[:32], HOUR)


# ------------------------------------------------------------------ for programs and crawlers


@reader_view
@revision_cached
def api_docs(request: HttpRequest) -> HttpResponse:
    """`/api/`: what the open API offers, from its own description."""
    return render(request, "comparisons/api_docs.html", {"page": load_api_docs()})


@reader_view
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`."""
    context = {"sitemap": absolute("/sitemap.xml"), "admin": settings.ADMIN_URL}
    return _text(request, "comparisons/robots.txt", context)


@reader_view
@revision_cached
def llms(request: HttpRequest) -> HttpResponse:
    """`/llms.txt`: what the site is and where its twins and API are."""
    state = sitemap.sitemap_state()
    index = sitemap.pair_index(state.snapshots) if state.snapshots else None
    example = next(index.part(1), "") if index else ""
    return _text(request, "comparisons/llms.txt", {"absolute": absolute, "example": example})


def _text(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    response = render(request, template, context, content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=HOUR)
    return response


@reader_view
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.index_file(state))


@reader_view
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """`/sitemap-pages.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.pages_file(state))


@reader_view
def sitemap_models(request: HttpRequest) -> HttpResponse:
    """`/sitemap-models.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.models_file(state))


@reader_view
def sitemap_benchmarks(request: HttpRequest) -> HttpResponse:
    """`/sitemap-benchmarks.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.benchmarks_file(state))


@reader_view
def sitemap_pairs(request: HttpRequest, part: int) -> HttpResponse:
    """`/sitemap-pairs-N.xml`: at most 50,000 pairs, written while they are sent."""
    state = sitemap.sitemap_state()
    lines = sitemap.pairs_file(state, part)
    if lines is None:
        raise Http404(f"The sitemap has no part {part}.")
    return _sitemap(request, state, lines)


def _sitemap(request: HttpRequest, state: sitemap.SitemapState, lines: Iterator[str]) -> HttpResponse:
    response = StreamingHttpResponse(lines, content_type=XML)
    return kept(request, response, f"{state.revision}-{settings.RELEASE}", HOUR)
