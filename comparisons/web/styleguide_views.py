"""The page of all components; only a development server has it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comparisons.pairs.samples import pair_samples


def styleguide(request: HttpRequest) -> HttpResponse:
    """`/styleguide/`."""
    return render(request, "styleguide.html", {"pair": pair_samples()})
