"""The page cache on what production uses: a folder of one machine, and a real Redis server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from comparisons.models import DatasetRevision
from comparisons.web import page_cache
from comparisons.web.page_cache import PageCacheMiddleware, revision_cached

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def redis_address(tmp_path_factory):
    """A Redis server of our own on a free port of 127.0.0.1, without a file on disk."""
    server = shutil.which("redis-server")
    if server is None:
        message = "Redis is not here. Install Debian's package redis-server to run this test."
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(message)
        pytest.skip(f"SKIPPED: {message}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["folder", "redis"])
def shared_cache(request, settings, tmp_path):
    """Django's cache set to one kind after the other."""
    if request.param == "redis":
        location = request.getfixturevalue("redis_address")
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}}
    else:
        backend = "django.core.cache.backends.filebased.FileBasedCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path / "cache")}}
    settings.PAGE_CACHE = True
    settings.SECURE_SSL_REDIRECT = False
    cache.clear()
    page_cache.local_pages.clear()
    page_cache.revision.forget()
    yield cache
    cache.clear()
    page_cache.local_pages.clear()
    page_cache.revision.forget()


def test_a_page_made_by_one_process_serves_another(shared_cache):
    worked = []

    @revision_cached
    def view(request):
        worked.append(request.path)
        return HttpResponse("a page", headers={"Content-Language": "en"})

    site = PageCacheMiddleware(view)
    first = site(RequestFactory().get("/page/"))
    page_cache.local_pages.clear()  # what another process would not have
    second = site(RequestFactory().get("/page/"))
    assert worked == ["/page/"]
    assert second.content == first.content
    assert second["Content-Language"] == "en"
    assert second["ETag"] == first["ETag"]


def test_new_data_leave_the_old_page_behind(shared_cache):
    site = PageCacheMiddleware(revision_cached(lambda request: HttpResponse(str(DatasetRevision.objects.count()))))
    assert site(RequestFactory().get("/page/")).content == b"0"
    DatasetRevision.objects.create(reason="corrected")
    page_cache.local_pages.clear()
    page_cache.revision.forget()
    assert site(RequestFactory().get("/page/")).content == b"1"
