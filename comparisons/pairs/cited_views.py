"""Views of cited pairs: keep what a page says now, and show what one said at a revision."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comparisons.core import pairs
from comparisons.memory import current
from comparisons.pages.base import MovedModel, PageMeta, UnknownRevision, absolute, address, shortened
from comparisons.pairs import citations
from comparisons.pairs.citations import CitationsFull, CitedPage, cited_path
from comparisons.pairs.comparison import load_comparison_page
from comparisons.renderers import cited, markdown
from comparisons.web.answering import answering
from comparisons.web.form_guard import is_from_this_site
from comparisons.web.problems import NearLink, Problem, problem_response
from comparisons.web.reading import asked_lane, refuse, today
from comparisons.web.throttling import ClientThrottle
from comparisons.web.twins import json_twin, text_twin
from models_catalog.core import display
from models_catalog.core.specs import LANES

A_MINUTE = 10  # citations one client may ask for
_throttle = ClientThrottle(A_MINUTE)
OF_TODAY = ("w", "on", "in", "out", "cached", "request")  # parameters that ask for what a kept page cannot change


@csrf_exempt
@require_POST
@answering
def keep_for_citing(request: HttpRequest, pair: str) -> HttpResponse:
    """`/compare/A-vs-B/cite/`: POST keeps what the page says now; the same words are kept once, whoever asks.

    No cookie, so no CSRF token; the page of origin stands in for it.
    """
    if not is_from_this_site(request):
        said = "This was not sent by one of our pages. Open the comparison and press “Keep for citing” there."
        there = NearLink(f"/compare/{pairs.join(*pairs.split(pair))}/#take", "The comparison")
        return problem_response(request, Problem(403, said, (there,)))
    if not _throttle.allow_request(request):
        return _later(request, "That was often within a minute. Please wait a little and press the button again.", 60)
    lane = request.POST.get("lane")
    try:
        page = load_comparison_page(pair, today=today(), lane=lane if lane in LANES else None)
        kept = citations.keep(page, timezone.now())
    except MovedModel as moved:  # renamed while the page was open: its new page has the button
        return redirect(f"/compare/{pairs.join(*(moved.renamed.get(slug, slug) for slug in pairs.split(pair)))}/#take")
    except CitationsFull as full:
        return _later(request, str(full), 3600)
    return redirect(f"{cited_path(kept.pair, kept.number, kept.lane)}#cite")


def _later(request: HttpRequest, said: str, seconds: int) -> HttpResponse:
    response = problem_response(request, Problem(429, said))
    response["Retry-After"] = str(seconds)
    return response


# --- What was kept ------------------------------------------------------------------------------------


def _load(request: HttpRequest, pair: str, rev: str) -> CitedPage:
    """What was kept; at the revision of now, what the page says now is kept by being asked for under that number."""
    lane = asked_lane(request) or ""
    try:
        return citations.load_cited_page(pair, rev, lane=lane, today=today())
    except UnknownRevision:
        if not _kept_by_asking(request, pair, rev, lane):
            raise
    return citations.load_cited_page(pair, rev, lane=lane, today=today())


def _kept_by_asking(request: HttpRequest, pair: str, rev: str, lane: str) -> bool:
    present = current().context(lane or settings.DEFAULT_LANE).revision
    if rev.strip() != str(present) or not _throttle.allow_request(request):
        return False
    try:
        citations.keep(load_comparison_page(pair, today=today(), lane=lane or None), timezone.now())
    except (CitationsFull, DatabaseError):  # a full day or a database that only reads: the sentence of the 404 holds
        return False
    return True


def _load_for_program(request: HttpRequest, pair: str, rev: str) -> CitedPage:
    also = [name for name in OF_TODAY if request.GET.get(name)]
    refuse(f"A page at a revision takes no {display.listed([f'{name}=' for name in also], 'or')}." if also else "")
    return _load(request, pair, rev)


def cited_page(request: HttpRequest, pair: str, rev: str) -> HttpResponse:
    """The page of a citation."""
    page = _load(request, pair, rev)
    return render(request, "comparisons/comparison_cited.html", {"page": page, "meta": _meta(page)})


def cited_json(request: HttpRequest, pair: str, rev: str) -> HttpResponse:
    """The JSON twin as it was, with `citation` beside."""
    page = _load_for_program(request, pair, rev)
    return json_twin(cited.cited_document(page), _canonical(page))


def cited_md(request: HttpRequest, pair: str, rev: str) -> HttpResponse:
    """The Markdown twin as it was, followed by how to cite it and what changed since."""
    page = _load_for_program(request, pair, rev)
    return text_twin(cited.cited_markdown(page), markdown.CONTENT_TYPE, _canonical(page))


def _canonical(page: CitedPage) -> str:
    """The page of today where there is one: search engines should show that."""
    return page.since.live_href.partition("?")[0] or page.path


def _meta(page: CitedPage) -> PageMeta:
    said = page.statement
    kept = {"lane": page.lane_asked, "rev": page.revision}
    return PageMeta(
        title=f"{' vs '.join(page.names)} at revision {page.revision}: {said['call']}",
        description=shortened(said["sentences"][0]["text"] if said["sentences"] else said["call"]),
        canonical=absolute(_canonical(page)),
        robots="noindex",
        type="article",
        alternates=tuple(
            {"type": kind, "href": address(f"/compare/{page.pair}{ending}", **kept), "title": title}
            for kind, ending, title in (
                ("application/json", ".json", "What was said as JSON"),
                ("text/markdown", ".md", "What was said as Markdown"),
            )
        ),
    )
