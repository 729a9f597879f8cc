"""CPU of the reader pages, as ratios within one run: python -m perf.pages CATALOGUE [--against COMMIT]

CATALOGUE is a folder that `import_data csv` reads. Each build makes a database of its own in a temporary folder;
then rounds alternate between this build and, with --against, a git worktree of an earlier commit. A page is asked
for through the whole stack in one process; its CPU time is held against a view that returns one word. Medians of
the rounds are printed; nothing here fails on a slow machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAIR = "/compare/claude-sonnet-4-vs-grok-3/"
PAGES = {
    "pair page": PAIR,
    "leaderboard": "/leaderboard/",
    "model page": "/models/claude-sonnet-4/",
    "prices": "/prices/",
    "methodology": "/methodology/",
    "pair JSON": PAIR.rstrip("/") + ".json",
}
ROUNDS = 5


def main() -> int:
    """Prepare the builds, measure them in turn, print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("catalogue", type=Path)
    asked.add_argument("--against", metavar="COMMIT")
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="evenbench-perf-") as scratch:
        builds = {"now": ROOT}
        if given.against:
            builds["before"] = Path(scratch) / "before"
            git("worktree", "add", "--detach", str(builds["before"]), given.against)
        try:
            places = {
                name: prepare(root, Path(scratch) / f"{name}-data", given.catalogue) for name, root in builds.items()
            }
            found: dict[str, list[dict]] = {name: [] for name in builds}
            for _ in range(given.rounds):
                for name, root in builds.items():
                    found[name].append(measured(root, places[name]))
        finally:
            if given.against:
                git("worktree", "remove", "--force", str(builds["before"]))
    report({name: medians(rounds) for name, rounds in found.items()})
    return 0


def git(*arguments: str) -> None:
    """Run git in the repository."""
    subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)


def prepare(root: Path, place: Path, catalogue: Path) -> dict[str, str]:
    """Make a build's database, standings and static files; its environment."""
    place.mkdir(parents=True)
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "perf" * 16,
        "DEBUG": "false",
        "STRICT_TEMPLATES": "false",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{place}/perf.sqlite3",
        "CACHE_DIR": f"{place}/cache",
        "STATIC_ROOT": f"{place}/static",
        "PAGE_CACHE": "true",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    for command in (
        ("migrate", "-v0"),
        ("import_data", "csv", str(catalogue.resolve())),
        ("recompute_standings",),
        ("collectstatic", "--noinput", "-v0"),
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=root, env=environment, check=True, capture_output=True
        )
    return environment


def measured(root: Path, environment: dict[str, str]) -> dict[str, float]:
    """One round of a build, in a process of its own."""
    run = [sys.executable, "-c", f"import runpy; runpy.run_path({str(Path(__file__))!r}, run_name='round')"]
    done = subprocess.run(
        run, cwd=root, env={**environment, "PYTHONPATH": str(root)}, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def one_round() -> dict[str, float]:
    """CPU milliseconds of each page made anew, from the cache and as 304; sizes of the pair page."""
    application = import_module("config.wsgi").application  # sets Django up, before anything below needs it

    import brotli
    from django.conf import settings
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.urls import path as url_path

    from config import urls

    urls.urlpatterns.append(url_path("perf-bare/", lambda request: HttpResponse("bare")))
    factory = RequestFactory()

    def ask(path: str, **headers: str) -> tuple[str, dict[str, str], bytes]:
        told: list = []
        body = application(
            factory.get(path, **headers).environ, lambda status, named, *_: told.append((status, dict(named)))
        )
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return told[0][0], told[0][1], whole

    def cpu(path: str, times: int, **headers: str) -> float:
        for _ in range(2):
            assert ask(path, **headers)[0][:3] in ("200", "304"), path
        started = time.process_time()
        for _ in range(times):
            ask(path, **headers)
        return (time.process_time() - started) / times * 1000

    settings.PAGE_CACHE = False
    found = {"bare": cpu("/perf-bare/", 300)}
    found |= {name: cpu(path, 12) for name, path in PAGES.items()}
    html = ask(PAIR)[2]
    found |= {"bytes": len(html), "brotli": len(brotli.compress(html, quality=9))}
    found["elements"] = len(re.findall(rb"<[a-z]", html))
    settings.PAGE_CACHE = True
    etag = ask(PAIR, HTTP_ACCEPT_ENCODING="br")[1].get("ETag", "")
    found["from the cache"] = cpu(PAIR, 300, HTTP_ACCEPT_ENCODING="br")
    found["304"] = cpu(PAIR, 300, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=etag)
    return found


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure; times also as multiples of the bare view of their own round."""
    found = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    for name in (*PAGES, "from the cache", "304"):
        found[f"{name} x"] = statistics.median(one[name] / one["bare"] for one in rounds)
    return found


def report(builds: dict[str, dict[str, float]]) -> None:
    """Print a Markdown table."""
    now, before = builds["now"], builds.get("before")
    print(f"bare view: {now['bare']:.3f} ms of CPU\n")
    print("| What | before | now | now, × bare | share of before |\n|---|---:|---:|---:|---:|")
    for name in (*PAGES, "from the cache", "304"):
        was = f"{before[name]:.2f} ms" if before else ""
        share = f"1/{before[name] / now[name]:.1f}" if before else ""
        print(f"| {name} | {was} | {now[name]:.2f} ms | {now[f'{name} x']:.2f} | {share} |")
    for name in ("bytes", "brotli", "elements"):
        was = f"{before[name]:,.0f}" if before else ""
        print(f"| pair page, {name} | {was} | {now[name]:,.0f} | | |")


if __name__ == "round":
    print(json.dumps(one_round()))
if __name__ == "__main__":
    sys.exit(main())
