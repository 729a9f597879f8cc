"""Pages come from the cache only while they are true, and only for those they are meant for."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from comparisons.models import DatasetRevision
from comparisons.web import page_cache
from comparisons.web.page_cache import LocalPages, PageCacheMiddleware, revision_cached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.PAGE_CACHE = True
    settings.SECURE_SSL_REDIRECT = False
    from django.core.cache import cache

    cache.clear()
    page_cache.local_pages.clear()
    page_cache.revision.forget()
    yield
    page_cache.local_pages.clear()
    page_cache.revision.forget()


class Site:
    """A view behind the middleware that counts how often it really worked."""

    def __init__(self, view):
        self.worked = 0
        self._view = view
        self.middleware = PageCacheMiddleware(self._count)

    def _count(self, request):
        self.worked += 1
        return self._view(request)

    def get(self, path="/page/", **headers):
        return self.middleware(RequestFactory().get(path, **headers))


@pytest.fixture
def site():
    return Site(revision_cached(lambda request: HttpResponse(f"hello {request.path}")))


def test_a_page_is_made_once_for_all_readers(site):
    first, second = site.get(), site.get()
    assert site.worked == 1
    assert first.content == second.content
    assert second["ETag"] == first["ETag"]


def test_a_browser_that_has_the_page_gets_304_and_no_view_runs(site):
    etag = site.get()["ETag"]
    again = site.get(HTTP_IF_NONE_MATCH=etag)
    assert again.status_code == 304
    assert site.worked == 1


def test_new_data_make_a_new_page(site):
    old = site.get()
    DatasetRevision.objects.create(reason="a score was corrected")
    page_cache.revision.forget()
    new = site.get(HTTP_IF_NONE_MATCH=old["ETag"])
    assert new.status_code == 200
    assert new["ETag"] != old["ETag"]
    assert site.worked == 2


def test_other_parameters_and_hosts_are_other_pages(site):
    assert site.get("/page/?w=coding:1").content == site.get("/page/?w=coding:2").content
    assert site.worked == 2
    site.get(HTTP_HOST="localhost")
    assert site.worked == 3


def test_staff_are_never_served_from_the_cache(site, settings):
    site.get()
    request = RequestFactory().get("/page/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    site.middleware(request)
    site.middleware(request)
    assert site.worked == 3


@pytest.mark.parametrize("status", [301, 404, 500])
def test_only_successful_pages_are_kept(status):
    site = Site(revision_cached(lambda request: HttpResponse("no", status=status)))
    site.get(), site.get()
    assert site.worked == 2


def test_a_page_with_a_cookie_is_not_kept():
    def view(request):
        response = HttpResponse("yours")
        response.set_cookie("a", "b")
        return response

    site = Site(revision_cached(view))
    site.get(), site.get()
    assert site.worked == 2


def test_a_view_that_did_not_ask_for_it_is_not_kept():
    site = Site(lambda request: HttpResponse("live"))
    assert not site.get().has_header("ETag")
    site.get()
    assert site.worked == 2


def test_local_pages_stay_within_their_bounds():
    pages = LocalPages(pages=3, size=1000)
    for number in range(6):
        pages.set(str(number), (b"x" * 100, []))
    assert [key for key in map(str, range(6)) if pages.get(key)] == ["3", "4", "5"]
    pages.set("huge", (b"x" * 999, []))
    assert pages.get("huge") is None
