"""Everything by which facts leave the pages: Markdown, cards, embeds, badges, sitemaps, robots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from comparisons.pages import sitemap
from comparisons.pages.badge import UnknownMetric, load_badge
from comparisons.pages.base import MovedModel, UnknownModel, absolute, address
from comparisons.pairs import embed
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.social_card import card_png
from comparisons.pairs.summary import pair_summary
from comparisons.pairs.views import answer_pair
from comparisons.renderers import badge as badges
from comparisons.renderers import markdown
from comparisons.web.api_docs import load_api_docs
from comparisons.web.page_cache import revision_cached
from models_catalog.core.specs import LANES

HOUR = 60 * 60
DAY = 24 * HOUR
XML = "application/xml"
SVG = "image/svg+xml"


# ------------------------------------------------------------------ of a pair


@revision_cached
def comparison_md(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B.md`."""
    return answer_pair(request, pair, "/compare/{}.md", _markdown, dated=True)


def _markdown(request: HttpRequest, page: ComparisonPage) -> HttpResponse:
    response = HttpResponse(markdown.comparison_markdown(page), content_type=markdown.CONTENT_TYPE)
    response["Link"] = f'<{absolute(page.path)}>; rel="canonical"'
    return response


def comparison_card(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B/card.png`, 1200 × 630."""
    return answer_pair(request, pair, "/compare/{}/card.png", _card)


def _card(request: HttpRequest, page: ComparisonPage) -> HttpResponse:
    picture, digest = card_png(pair_summary(page))
    response = HttpResponse(picture, content_type="image/png")
    return _kept(request, response, digest, HOUR)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@revision_cached
def embed_comparison(request: HttpRequest, pair: str) -> HttpResponse:
    """`/embed/compare/A-vs-B/`: framable everywhere, without a script."""
    return answer_pair(request, pair, "/embed/compare/{}/", _embed)


def _embed(request: HttpRequest, page: ComparisonPage) -> HttpResponse:
    context = embed.embed_context(page, request.GET.get("theme", ""))
    response = render(request, "comparisons/embed.html", context)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


# ------------------------------------------------------------------ badges


@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """`/badge/SLUG.svg?metric=overall|rank|CATEGORY`."""
    metric, lane = request.GET.get("metric", ""), request.GET.get("lane")
    lane = lane if lane in LANES else None
    try:
        found = load_badge(slug, metric, lane)
    except MovedModel as moved:
        return redirect(address(f"/badge/{moved.renamed[slug]}.svg", metric=metric, lane=lane), permanent=True)
    except UnknownModel as unknown:
        return _problem_badge(404, str(unknown))
    except UnknownMetric as unknown:
        return _problem_badge(400, str(unknown))
    source = badges.badge_svg(found)
    response = HttpResponse(source, content_type=SVG)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _kept(request, response, hashlib.sha256(source.encode()).hexdigest()[:32], HOUR)


def _problem_badge(status: int, text: str) -> HttpResponse:
    source = badges.problem_svg(settings.SITE_NAME, text)
    return HttpResponse(source, content_type=SVG, status=status)


# ------------------------------------------------------------------ for programs and crawlers


@require_safe
@revision_cached
def api_docs(request: HttpRequest) -> HttpResponse:
    """`/api/`: what the open API offers, from its own description."""
    return render(request, "comparisons/api_docs.html", {"page": load_api_docs()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`."""
    context = {"sitemap": absolute("/sitemap.xml"), "admin": settings.ADMIN_URL}
    return _text(request, "comparisons/robots.txt", context)


@require_safe
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


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.index_file(state))


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """`/sitemap-pages.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.pages_file(state))


@require_safe
def sitemap_models(request: HttpRequest) -> HttpResponse:
    """`/sitemap-models.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.models_file(state))


@require_safe
def sitemap_benchmarks(request: HttpRequest) -> HttpResponse:
    """`/sitemap-benchmarks.xml`."""
    state = sitemap.sitemap_state()
    return _sitemap(request, state, sitemap.benchmarks_file(state))


@require_safe
def sitemap_pairs(request: HttpRequest, part: int) -> HttpResponse:
    """`/sitemap-pairs-N.xml`: at most 50,000 pairs, written while they are sent."""
    state = sitemap.sitemap_state()
    lines = sitemap.pairs_file(state, part)
    if lines is None:
        raise Http404(f"The sitemap has no part {part}.")
    return _sitemap(request, state, lines)


def _sitemap(request: HttpRequest, state: sitemap.SitemapState, lines: Iterator[str]) -> HttpResponse:
    response = StreamingHttpResponse(lines, content_type=XML)
    return _kept(request, response, f"{state.revision}-{settings.RELEASE}", HOUR)


def _kept(request: HttpRequest, response, tag: str, seconds: int):
    """Give the answer a validator and a lifetime; 304 where the client still has it."""
    etag = quote_etag(tag)
    answer = get_conditional_response(request, etag=etag, response=response)
    answer["ETag"] = etag
    patch_cache_control(answer, public=True, max_age=seconds)
    return answer
