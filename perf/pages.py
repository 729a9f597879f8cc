"""Budgets of the reader pages, as ratios within one run: python -m perf.pages

A database with the starter data is made in a temporary folder; pages are asked for through
the whole middleware stack in this process and their CPU time is held against a view that
returns one word. Exit code 1 when a budget is broken.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

REPEATS, ROUNDS = 60, 5
PAIR = "/compare/gpt-4-1-vs-gpt-4-1-mini/"


def main() -> int:
    """Run every measurement; print a line each."""
    folder = tempfile.mkdtemp(prefix="evenbench-perf-")
    os.environ.update(
        ENV_FILE="",
        SECRET_KEY="perf" * 16,
        DEBUG="false",
        ALLOWED_HOSTS="testserver,127.0.0.1",
        DATABASE_URL=f"sqlite:///{folder}/perf.sqlite3",
        CACHE_DIR=f"{folder}/cache",
        STATIC_ROOT=f"{folder}/static",
        PAGE_CACHE="true",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_starter", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return 0 if all(list(measure(Path(folder)))) else 1


def measure(folder: Path):
    """Yield whether each budget holds."""
    import brotli
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext
    from django.urls import path as url_path

    from comparisons.web import page_cache
    from config import urls

    urls.urlpatterns.append(url_path("perf-bare/", lambda request: HttpResponse("bare")))
    handler, factory = WSGIHandler(), RequestFactory()
    handler.load_middleware()

    def ask(path, **headers):
        return handler.get_response(factory.get(path, **headers))

    def cpu(path, cached=True, **headers):
        best = float("inf")
        for _ in range(ROUNDS):
            started = time.process_time()
            for _ in range(REPEATS if cached else REPEATS // 4):
                if not cached:
                    page_cache.local_pages.clear()
                ask(path, **headers)
            best = min(best, (time.process_time() - started) / (REPEATS if cached else REPEATS // 4))
        return best * 1000

    def report(what, value, budget, unit):
        holds = value <= budget
        print(f"{'ok  ' if holds else 'OVER'} {what}: {value:.2f} {unit} (budget {budget:g})")
        return holds

    for page, budget in ((PAIR, 4), ("/leaderboard/", 5), ("/models/gpt-4-1-mini/", 6), ("/benchmarks/gpqa/", 5)):
        settings.PAGE_CACHE = False
        with CaptureQueriesContext(connection) as queries:
            assert ask(page).status_code == 200
        yield report(f"queries of {page}", len(queries), budget, "queries")

    bare = cpu("/perf-bare/")
    print(f"     bare view: {bare:.3f} ms of CPU")
    settings.PAGE_CACHE = False
    made = cpu(PAIR, cached=False)
    yield report("pair page, made anew", made, 5, "ms of CPU")
    settings.PAGE_CACHE = True
    etag = ask(PAIR)["ETag"]
    yield report("pair page from the cache", cpu(PAIR) / bare, 1.2, "times")
    yield report("revalidation (304)", cpu(PAIR, HTTP_IF_NONE_MATCH=etag) / bare, 1.0, "times")

    html = ask(PAIR).content
    styles = next(Path(settings.STATIC_ROOT).glob("css/site.*.css")).read_bytes()
    scripts = b"".join(p.read_bytes() for p in Path(settings.STATIC_ROOT).glob("js/theme.*.js"))
    weight = sum(len(brotli.compress(part, quality=9)) for part in (html, styles, scripts)) / 1000
    yield report("pair page weight, HTML + CSS + JS, brotli", weight, 45, "kB")


if __name__ == "__main__":
    sys.exit(main())
