"""Views of a pair: its page, twins, card and frame. Read the address, load the page, render."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from comparisons.pages.base import PageMeta, absolute, address, shortened
from comparisons.pairs import cited_views, embed
from comparisons.pairs.comparison import ComparisonPage, load_comparison_page
from comparisons.pairs.json_twin import comparison_document
from comparisons.pairs.layout import PairLayout
from comparisons.pairs.social_card import card_image, card_png
from comparisons.pairs.summary import pair_summary
from comparisons.renderers import markdown
from comparisons.renderers.structured_data import comparison_json_ld
from comparisons.web.answering import Elsewhere, reader_view
from comparisons.web.near import same_view, with_query
from comparisons.web.page_cache import revision_cached
from comparisons.web.reading import asked_lane, refuse, send_fields_to_address, today
from comparisons.web.twins import json_twin, text_twin
from comparisons.web.validators import HOUR, kept
from models_catalog.core import display

LONGEST_TYPED = 60  # characters of a number of tokens


def _load(request: HttpRequest, pair: str, *, dated: bool = True) -> ComparisonPage:
    """The page of a pair address; raises Elsewhere where the two stand in another order.

    Only what is `dated` can be about an earlier day (`on=`): cards and frames always show today.
    """
    send_fields_to_address(request)
    page = load_comparison_page(
        pair,
        today=today(),
        lane=asked_lane(request),
        weights=request.GET.get("w", ""),
        tokens_in=request.GET.get("in", "")[:LONGEST_TYPED],
        tokens_out=request.GET.get("out", "")[:LONGEST_TYPED],
        tokens_cached=request.GET.get("cached", "")[:LONGEST_TYPED],
        tokens_a_request=request.GET.get("request", "")[:LONGEST_TYPED],
        on=request.GET.get("on", "") if dated else "",
    )
    if page.pair_slug != pair:
        raise Elsewhere(with_query(request, same_view(request, pair=page.pair_slug)), permanent=True)
    return page


def _load_for_program(request: HttpRequest, pair: str) -> ComparisonPage:
    page = _load(request, pair)
    refuse(page.weights_error, page.on_error, page.workload.error)
    return page


@revision_cached
@reader_view
def comparison_detail(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B/`; with `rev=N` what it said at that revision."""
    if rev := request.GET.get("rev"):
        return cited_views.cited_page(request, pair, rev)
    page = _load(request, pair)
    context = {"page": page, "layout": PairLayout(page), "meta": _meta(request, page)}
    return render(request, "comparisons/comparison_detail.html", context)


@revision_cached
@reader_view
def comparison_json(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B.json`; with `rev=N` what it said at that revision."""
    if rev := request.GET.get("rev"):
        return cited_views.cited_json(request, pair, rev)
    page = _load_for_program(request, pair)
    return json_twin(comparison_document(page), page.path)


@revision_cached
@reader_view
def comparison_md(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B.md`; with `rev=N` what it said at that revision."""
    if rev := request.GET.get("rev"):
        return cited_views.cited_md(request, pair, rev)
    page = _load_for_program(request, pair)
    return text_twin(markdown.comparison_markdown(page), markdown.CONTENT_TYPE, page.path)


@reader_view
def comparison_card(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B/card.png`, 1200 × 630."""
    picture, digest = card_png(pair_summary(_load(request, pair, dated=False)))
    return kept(request, HttpResponse(picture, content_type="image/png"), digest, HOUR)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@revision_cached
@reader_view
def embed_comparison(request: HttpRequest, pair: str) -> HttpResponse:
    """`/embed/compare/A-vs-B/`: framable everywhere, without a script."""
    page = _load(request, pair, dated=False)
    context = embed.embed_context(page, request.GET.get("theme", ""))
    response = render(request, "comparisons/embed.html", context)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _meta(request: HttpRequest, page: ComparisonPage) -> PageMeta:
    names = page.names
    kept = {"w": page.weights_text, "lane": page.lane_asked, "on": page.on}
    own_view = any(request.GET.get(name) for name in ("w", "in", "out", "cached", "request", "lane", "on"))
    return PageMeta(
        title=f"{names[0]} vs {names[1]}: {_lower_first(page.verdict.headline, names)}{_on_day(page)}",
        description=shortened(f"{page.verdict.headline}. {page.verdict.why}"),
        canonical=absolute(page.path),
        robots="noindex" if own_view else None,
        type="article",
        alternates=(
            {
                "type": "application/json",
                "href": address(f"/compare/{page.pair_slug}.json", **kept),
                "title": "This comparison as JSON",
            },
            {
                "type": "text/markdown",
                "href": address(f"/compare/{page.pair_slug}.md", **kept),
                "title": "This comparison as Markdown",
            },
            {
                "type": "application/atom+xml",
                "href": absolute(f"{page.path}feed.atom"),
                "title": f"{' vs '.join(names)}: changes",
            },
        ),
        image=None if page.as_of else card_image(page.path, f"{page.verdict.headline}. {page.verdict.why}"),
        json_ld=comparison_json_ld(page),
    )


def _on_day(page: ComparisonPage) -> str:
    return f" (as of {display.date(page.as_of.day)})" if page.as_of else ""


def _lower_first(headline: str, names: tuple[str, str]) -> str:
    if headline.startswith(names):
        return headline
    return headline[:1].lower() + headline[1:]
