"""Pages come from the cache only while they are true, and only for those they are meant for."""

import gzip

import brotli
import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from comparisons.models import DatasetRevision
from comparisons.web import page_cache
from comparisons.web.page_cache import LocalPages, Page, PageCacheMiddleware, PageFront, revision_cached

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

    def get(self, path="/page/", method="get", **headers):
        return self.middleware(getattr(RequestFactory(), method)(path, **headers))


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


def test_parameters_that_the_view_reads_and_hosts_are_other_pages():
    site = Site(revision_cached(lambda request: HttpResponse(request.GET.get("w", "usual"))))
    assert site.get("/page/?w=coding:1").content == b"coding:1"
    assert site.get("/page/?w=coding:2").content == b"coding:2"
    assert site.worked == 2
    site.get("/page/?w=coding:2", HTTP_HOST="localhost")
    assert site.worked == 3


@pytest.mark.parametrize("extra", ["utm_source=x", "fbclid=1&gclid=2", "x=" + "y" * 200, "LANE=verified"])
def test_a_parameter_nobody_reads_is_no_page_of_its_own(extra):
    site = Site(revision_cached(lambda request: HttpResponse(request.GET.get("lane", "usual"))))
    site.get("/page/")
    assert site.get(f"/page/?{extra}").content == b"usual"
    assert site.get(f"/page/?lane=verified&{extra}").content == b"verified"
    assert site.get("/page/?lane=verified").content == b"verified"
    assert site.worked == 2


def test_free_parameters_never_push_out_a_hot_page(monkeypatch):
    site = Site(revision_cached(lambda request: HttpResponse(request.GET.get("w", "usual"))))
    site.get("/page/")
    for number in range(page_cache.FREE_PAGES * 2):
        site.get(f"/page/?w=coding:{number}")
    made = site.worked
    site.get("/page/")
    assert site.worked == made
    assert len(page_cache.store.free._kept) <= page_cache.FREE_PAGES
    page_cache.local_pages.clear()
    site.get("/page/?w=coding:1")
    assert site.worked == made + 1, "an address with a free parameter reached the shared cache"


@pytest.mark.parametrize(
    ("name", "value"), [("SITE_NAME", "Other"), ("DEFAULT_LANE", "provisional"), ("SITE_URL", "https://x.example")]
)
def test_a_setting_that_is_printed_makes_new_pages(site, settings, name, value):
    old = site.get()["ETag"]
    setattr(settings, name, value)
    assert site.get(HTTP_IF_NONE_MATCH=old).status_code == 200
    assert site.worked == 2


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)]
)
def test_a_page_comes_compressed_as_it_is_asked_for(accepted, encoding):
    text = "a sentence that is long enough to be worth it. " * 40
    site = Site(revision_cached(lambda request: HttpResponse(text)))
    for _ in range(2):
        answer = site.get(HTTP_ACCEPT_ENCODING=accepted)
        body = answer.content
        assert answer.get("Content-Encoding") == encoding
        assert answer["Vary"] == "Accept-Encoding"
        assert answer["Content-Length"] == str(len(body))
        plain = brotli.decompress(body) if encoding == "br" else gzip.decompress(body) if encoding == "gzip" else body
        assert plain.decode() == text
    assert site.worked == 1


def test_each_address_and_representation_has_a_validator_of_its_own(site):
    tags = {site.get(path, HTTP_ACCEPT_ENCODING=accepted)["ETag"] for path in ("/a/", "/b/") for accepted in ("", "br")}
    assert len(tags) == 2, "short pages are not compressed"
    other = site.get("/a/")["ETag"]
    assert site.get("/b/", HTTP_IF_NONE_MATCH=other).status_code == 200
    assert site.get("/a/", HTTP_IF_NONE_MATCH=f'"nothing", W/{other}').status_code == 304
    assert site.get("/never-made/", HTTP_IF_NONE_MATCH=other).status_code == 200


def test_head_is_get_without_the_body(site):
    whole, head = site.get(), site.get(method="head")
    assert (head.status_code, head.content, site.worked) == (200, b"", 1)
    assert head["Content-Length"] == str(len(whole.content))
    assert head["ETag"] == whole["ETag"]


def test_what_others_may_read_they_may_read_from_the_cache(site):
    def view(request):
        return HttpResponse("data", headers={"Access-Control-Allow-Origin": "*", "Link": "<x>"})

    site = Site(revision_cached(view))
    first = site.get()
    again = site.get(HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")
    assert site.get()["Link"] == "<x>"


def test_a_form_of_weights_is_never_taken_for_the_page_without_them(site):
    site.get()
    site.get("/page/?w-coding=40")
    assert site.worked == 2


def test_the_front_answers_without_django(site):
    page = site.get()
    environ = RequestFactory().get("/page/").META
    told = []
    body = PageFront(lambda *_: pytest.fail("Django was asked"))(environ, lambda *said: told.append(said))
    assert b"".join(body) == page.content
    assert told[0][0] == "200 OK"
    assert dict(told[0][1])["ETag"] == page["ETag"]


@pytest.mark.parametrize("fault", ["get", "set"])
def test_a_shared_cache_that_is_away_costs_nobody_a_page(site, monkeypatch, fault):
    def away(*args, **kwargs):
        raise ConnectionError("the cache is away")

    monkeypatch.setattr(f"comparisons.web.page_cache.cache.{fault}", away)
    assert site.get().status_code == 200
    assert site.get("/other/?lane=verified").status_code == 200


def test_the_last_state_holds_while_the_database_is_away(site, monkeypatch):
    site.get()

    def away():
        raise OperationalError("the database is away")

    page_cache.revision.forget()
    monkeypatch.setattr(page_cache.revision, "_read", away)
    assert site.get().status_code == 200
    assert site.worked == 1


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
        pages.set(str(number), Page("tag", [], {"": b"x" * 100}))
    assert [key for key in map(str, range(6)) if pages.get(key)] == ["3", "4", "5"]
    pages.set("huge", Page("tag", [], {"": b"x" * 999}))
    assert pages.get("huge") is None
