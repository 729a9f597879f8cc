"""Validators and lifetimes of answers that are not kept by the page cache."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

HOUR = 60 * 60


def kept(request: HttpRequest, response: HttpResponse, tag: str, seconds: int) -> HttpResponse:
    """Give the answer a validator and a lifetime; 304 where the client still has it."""
    etag = quote_etag(tag)
    answer = get_conditional_response(request, etag=etag, response=response)
    answer["ETag"] = etag
    patch_cache_control(answer, public=True, max_age=seconds)
    return answer
