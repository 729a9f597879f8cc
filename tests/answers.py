"""Writes what the site answers at many addresses into a folder: python -m tests.answers FOLDER

Run by `tests/same_answers` in two trees with the same database and the same frozen day, so it uses
only what has stood in the project since version 0.1. What changes with every answer (form
tokens, hashed names of static files) is replaced by a word.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import os
import re
import sys
from pathlib import Path

DAY = dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.UTC)
PAGES = (
    "/",
    "/compare/",
    "/leaderboard/",
    "/models/",
    "/benchmarks/",
    "/prices/",
    "/changes/",
    "/methodology/",
    "/data/",
    "/about/",
    "/privacy/",
    "/newsletter/",
    "/newsletter/subscribe/",
    "/newsletter/preferences/",
    "/newsletter/feed.atom",
    "/api/",
    "/api/v1/openapi.json",
    "/robots.txt",
    "/llms.txt",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-models.xml",
    "/sitemap-benchmarks.xml",
    "/leaderboard.json",
    "/leaderboard.csv",
    "/leaderboard.md",
    "/changes/feed.atom",
    "/leaderboard/?lane=independent",
    "/leaderboard/?w=coding:60,agentic:40",
    "/leaderboard/?sort=-price&weights=open",
    "/leaderboard/?on=2026-10-01",
    "/prices/?mix=1:1&in=10M&out=2M",
    "/no-such-page/",
    "/models/no-such-model/",
    "/compare/no-such-model-vs-nor-this/",
)
API_LISTS = ("models", "benchmarks", "results", "prices", "leaderboard", "changes")
# Whatever differs between two runs of one tree.
PASSING = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'), b"CSRF"),
    (re.compile(rb'(name="(?:token|stamp|proof|challenge|t)" value=")[^"]*"'), rb'\1TOKEN"'),
    (re.compile(rb"(/static/[\w./-]+?)\.[0-9a-f]{12}(\.\w+)"), rb"\1\2"),
    (re.compile(rb"data-(?:challenge|token|stamp)=\"[^\"]*\""), b"TOKEN"),
)


def addresses() -> list[str]:
    """Every kind of address with enough examples of each; the same list for the same database."""
    from models_catalog.models import Benchmark, Category, LanguageModel, Organization

    models = list(LanguageModel.objects.filter(published=True).order_by("slug").values_list("slug", flat=True))
    benchmarks = list(Benchmark.objects.order_by("slug").values_list("slug", flat=True))
    pairs = [f"{a}-vs-{b}" for a, b in itertools.islice(itertools.combinations(models, 2), 0, None, 37)][:45]
    found = list(PAGES)
    for slug in models[:40]:
        found += [f"/models/{slug}/", f"/models/{slug}.json", f"/models/{slug}.md", f"/api/v1/models/{slug}"]
    for slug in models[:5]:
        found += [f"/models/{slug}/feed.atom", f"/badge/{slug}.svg", f"/models/{slug}/?on=2026-10-01"]
    for slug in benchmarks[:25]:
        found += [f"/benchmarks/{slug}/", f"/benchmarks/{slug}.json", f"/benchmarks/{slug}.md"]
    for pair in pairs:
        found += [f"/compare/{pair}/", f"/compare/{pair}.json", f"/compare/{pair}.md"]
    for pair in pairs[:8]:
        found += [f"/compare/{pair}/?lane=provisional", f"/embed/compare/{pair}/", f"/api/v1/compare/{pair}"]
        found += [f"/compare/{pair}/?w=coding:70,math:30", f"/compare/{pair}/?on=2026-10-01"]
    for slug in Category.objects.order_by("slug").values_list("slug", flat=True):
        found += [f"/categories/{slug}/", f"/categories/{slug}.json", f"/categories/{slug}.md"]
    for slug in Organization.objects.filter(is_lab=True).order_by("slug").values_list("slug", flat=True)[:8]:
        found += [f"/labs/{slug}/", f"/labs/{slug}.json", f"/labs/{slug}.md", f"/labs/{slug}/feed.atom"]
    for slug in Organization.objects.filter(is_provider=True).order_by("slug").values_list("slug", flat=True)[:5]:
        found.append(f"/providers/{slug}/")
    found += [f"/api/v1/{name}?limit=20" for name in API_LISTS]
    found.append("/compare/?" + "&".join(f"m={slug}" for slug in models[:4]))
    return found


def newsroom_addresses() -> list[str]:
    """The newsroom's lists and forms, asked for by a superuser."""
    from django.contrib import admin
    from django.urls import reverse

    found = [reverse("admin:index")]
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        found.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    return found


def write(folder: Path) -> int:
    """Ask every address and store status, type and body; returns how many."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    folder.mkdir(parents=True, exist_ok=True)
    reader, editor = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    user, _ = get_user_model().objects.get_or_create(username="same-answers", is_staff=True, is_superuser=True)
    editor.force_login(user)
    index = {}
    asked = [(reader, path) for path in addresses()] + [(editor, path) for path in newsroom_addresses()]
    for client, path in asked:
        response = client.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        for pattern, word in PASSING:
            body = pattern.sub(word, body)
        name = hashlib.sha256(path.encode()).hexdigest()[:20]
        head = f"{response.status_code} {response.get('Content-Type', '')} {response.get('Location', '')}\n".encode()
        (folder / name).write_bytes(head + body)
        index[path] = name
    (folder / "index.json").write_text(json.dumps(index, indent=1))
    return len(index)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, os.getcwd())
    import django
    import time_machine

    with time_machine.travel(DAY, tick=False):
        django.setup()
        from django.conf import settings

        settings.DEBUG = False  # pages of failures as readers see them
        print(write(Path(sys.argv[1])), "answers")
