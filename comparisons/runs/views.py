"""`/runs/ID/`: read the address, load the page, render."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comparisons.runs.page import load_run
from comparisons.web.answering import reader_view
from comparisons.web.page_cache import revision_cached
from comparisons.web.twins import with_trail


@revision_cached
@reader_view
def run_detail(request: HttpRequest, number: int) -> HttpResponse:
    """`/runs/ID/`."""
    page = load_run(number)
    meta = with_trail(page.meta, page.crumbs, page.title, page.path)
    return render(request, "comparisons/run_detail.html", {"page": page, "meta": meta})
