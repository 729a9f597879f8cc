"""Pair pages: read the address, ask `pages`, render."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comparisons.core import pairs
from comparisons.core.weights import FIELD, from_fields
from comparisons.pages import lookup
from comparisons.pages.base import MovedModel, PageMeta, UnknownModel, absolute, address, shortened
from comparisons.pages.methodology import load_methodology_page
from comparisons.pairs.comparison import ComparisonPage, load_comparison_page
from comparisons.pairs.json_twin import comparison_document
from comparisons.pairs.layout import PairLayout
from comparisons.pairs.social_card import card_image
from comparisons.renderers.structured_data import comparison_json_ld
from comparisons.standing_store import NoStandings, recompute
from comparisons.web.page_cache import revision_cached
from models_catalog.core import display
from models_catalog.core.specs import LANES

LONGEST_ADDRESS = 300


@revision_cached
def comparison_detail(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B/`."""
    return answer_pair(request, pair, "/compare/{}/", _html, dated=True)


@revision_cached
def comparison_json(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B.json`."""
    return answer_pair(request, pair, "/compare/{}.json", lambda request, page: _json(page), dated=True)


@require_safe
def answer_pair(request: HttpRequest, pair: str, path: str, render_page, *, dated: bool = False) -> HttpResponse:
    """Load the page and render it; other orders and old slugs redirect, unknown names get near matches.

    With `dated` the answer may be about an earlier day (`on=`); what cannot say the day never is.
    """
    on = request.GET.get("on", "") if dated else ""
    if any(name.startswith(FIELD) for name in request.GET):
        weights = from_fields(request.GET) or "0"
        return redirect(address(request.path, w=weights, lane=request.GET.get("lane"), on=on))
    try:
        page = _load(request, pair, on)
    except MovedModel as moved:
        slugs = [moved.renamed.get(slug, slug) for slug in pairs.split(pair)]
        if slugs[0] == slugs[1]:
            return redirect(f"/models/{slugs[0]}/", permanent=True)
        return redirect(_with_query(request, path.format(pairs.join(*slugs))), permanent=True)
    except UnknownModel as unknown:
        return _not_found(request, pair, unknown.slug)
    except pairs.SamePair as same:
        return _same_model(request, same)
    except pairs.NotAPair as problem:
        return _problem(request, 404, pair[:LONGEST_ADDRESS], str(problem), [])
    if page.pair_slug != pair:
        return redirect(_with_query(request, path.format(page.pair_slug)), permanent=True)
    return render_page(request, page)


def _load(request: HttpRequest, pair: str, on: str) -> ComparisonPage:
    lane = request.GET.get("lane")
    return load_comparison_page(
        pair,
        today=timezone.now().date(),
        lane=lane if lane in LANES else None,
        weights=request.GET.get("w", ""),
        tokens_in=request.GET.get("in", "")[:60],
        tokens_out=request.GET.get("out", "")[:60],
        on=on,
    )


def _html(request: HttpRequest, page: ComparisonPage) -> HttpResponse:
    layout = PairLayout(page)
    return render(
        request,
        "comparisons/comparison_detail.html",
        {"page": page, "layout": layout, "meta": _meta(request, page)},
    )


def _json(page: ComparisonPage) -> HttpResponse:
    response = JsonResponse(comparison_document(page), json_dumps_params={"ensure_ascii": False})
    response["Link"] = f'<{absolute(page.path)}>; rel="canonical"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _meta(request: HttpRequest, page: ComparisonPage) -> PageMeta:
    names = page.names
    kept = {"w": page.weights_text, "lane": page.lane_asked, "on": page.on}
    own_view = any(request.GET.get(name) for name in ("w", "in", "out", "lane", "on"))
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


def _with_query(request: HttpRequest, path: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _same_model(request: HttpRequest, same: pairs.SamePair) -> HttpResponse:
    found = lookup.find(same.slug)
    near = [{"href": f"/models/{found}/", "text": found, "note": "its own page"}] if found else []
    near.append({"href": address("/compare/", m=same.slug), "text": "Choose a second model", "note": "picker"})
    return _problem(request, 404, same.slug, str(same), near)


def _not_found(request: HttpRequest, pair: str, slug: str) -> HttpResponse:
    one, other = pairs.split(pair)
    kept = other if slug == one else one
    near = []
    for suggestion in lookup.suggestions(slug):
        if suggestion.slug == kept:
            continue
        near.append(
            {
                "href": f"/compare/{pairs.join(kept, suggestion.slug)}/",
                "text": f"{suggestion.name} ({suggestion.lab})",
                "note": f"against {kept}",
            }
        )
    return _problem(request, 404, slug, f"There is no model “{slug}”.", near)


def _problem(request: HttpRequest, status: int, wanted: str, text: str, near: list[dict]) -> HttpResponse:
    if request.path.endswith(".json"):
        body = {
            "type": "about:blank",
            "title": "Not found",
            "status": status,
            "detail": text,
            "near": [entry["href"] for entry in near],
        }
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "404.html", {"wanted": wanted, "near": near, "explanation": text}, status=status)


@revision_cached
@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """`/methodology/`."""
    lane = request.GET.get("lane")
    try:
        page = load_methodology_page(lane if lane in LANES else None)
    except NoStandings:
        recompute("first computation")
        page = load_methodology_page(lane if lane in LANES else None)
    return render(request, "comparisons/methodology.html", {"page": page})


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:
    """Any address we do not have."""
    return render(request, "404.html", {}, status=404)
