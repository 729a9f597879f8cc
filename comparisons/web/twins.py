"""Responses of twins: the same facts for programs, each naming the page it stands for."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, JsonResponse

from comparisons.pages.base import PageMeta, absolute
from comparisons.renderers.structured_data import breadcrumbs, script_text


def json_twin(document: dict, canonical: str) -> HttpResponse:
    """A JSON twin; any page may read it."""
    return _twin(JsonResponse(document, json_dumps_params={"ensure_ascii": False}), canonical)


def text_twin(text: str, content_type: str, canonical: str) -> HttpResponse:
    """A Markdown or CSV twin."""
    return _twin(HttpResponse(text, content_type=content_type), canonical)


def _twin(response: HttpResponse, canonical: str) -> HttpResponse:
    response["Link"] = f'<{absolute(canonical)}>; rel="canonical"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def with_trail(meta: PageMeta, crumbs: list[dict], title: str, path: str) -> PageMeta:
    """The head of a page with its breadcrumbs for search engines."""
    trail = [(crumb["text"], crumb["href"]) for crumb in crumbs]
    return replace(meta, json_ld=(*meta.json_ld, script_text(breadcrumbs([*trail, (title, path)]))))
