"""The site as files: pages rendered through their views, links turned so that any file server can show them.

A link to another exported file becomes relative (or stands below a base); a link to what needs a server, such as
a form, a lane or a day, leads to the live site. A file is written only when its content changed.
"""

from __future__ import annotations

import gc
import itertools
import json
import multiprocessing
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve

from comparisons import memory
from comparisons.core import pairs
from comparisons.pages import sitemap
from comparisons.web.identity import current_identity, revision

MANIFEST = ".export.json"
CHUNK = 50
LINK = re.compile(r'\b(href|src|action)="(/[^"]*)"')
TWINS = {"compare": (".json", ".md"), "models": (".json", ".md"), "benchmarks": (".json", ".md")}
TWINS |= {"categories": (".json", ".md"), "labs": (".json", ".md")}
LONE_FILES = ("/leaderboard.json", "/leaderboard.csv", "/leaderboard.md", "/llms.txt", "/changes/feed.atom")
LOC = re.compile(r"<loc>([^<]+)</loc>")


@dataclass(frozen=True)
class Plan:
    """What is exported: paths of pages and files, where to, and below which base (None for relative links)."""

    folder: Path
    paths: tuple[str, ...]
    base: str | None
    known: frozenset[str]


def plan(folder: Path, *, every_pair: bool, base: str | None, twins: bool) -> Plan:
    """All addresses of the site; with `every_pair` every pair, else those worth listing."""
    state = sitemap.sitemap_state()
    found = list(_listed(itertools.chain(sitemap.pages_file(state), sitemap.models_file(state))))
    found += list(_listed(sitemap.benchmarks_file(state)))
    found += list(_every_pair() if every_pair else _worth_listing(state))
    paths = [path for path in dict.fromkeys(found) if not path.startswith("/api/")]
    if twins:
        paths += [path.rstrip("/") + end for path in paths for end in _twins_of(path)]
        paths += LONE_FILES
    return Plan(folder, tuple(paths), base, frozenset(paths))


def _listed(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        for address in LOC.findall(line):
            yield address.removeprefix(settings.SITE_URL)


def _every_pair() -> Iterator[str]:
    slugs = sorted(entry.model.slug for entry in memory.current().entries(settings.DEFAULT_LANE))
    return (f"/compare/{pairs.join(*pair)}/" for pair in itertools.combinations(slugs, 2))


def _worth_listing(state: sitemap.SitemapState) -> Iterator[str]:
    if not state.snapshots:
        return iter(())
    index = sitemap.pair_index(state.snapshots)
    listed = itertools.chain.from_iterable(index.part(number) for number in range(1, index.parts + 1))
    return (path if path.startswith("/") else f"/compare/{path}/" for path in listed)


def _twins_of(path: str) -> tuple[str, ...]:
    parts = path.strip("/").split("/")
    return TWINS.get(parts[0], ()) if len(parts) == 2 else ()


def rendered(path: str) -> bytes:
    """What the view of an address answers. Raises RuntimeError where that is no page."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": BytesIO()}
    request = WSGIRequest({**environ, "SERVER_NAME": "localhost", "SERVER_PORT": "80"})
    match = resolve(path)
    request.resolver_match = match
    response = match.func(request, *match.args, **match.kwargs)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code}; nothing was written for it.")
    return b"".join(response) if response.streaming else response.content


def turned(html: str, path: str, plan: Plan) -> str:
    """A page with its links turned for a file server."""
    up = "../" * path.count("/", 1) if plan.base is None else plan.base

    def link(match: re.Match) -> str:
        name, target = match[1], match[2]
        bare, mark, fragment = target.partition("#")
        bare = bare.replace("&amp;", "&")
        if "?" not in bare and (bare in plan.known or bare.startswith(settings.STATIC_URL)):
            return f'{name}="{up}{bare.lstrip("/") or ("./" if not up else "")}{mark}{fragment}"'
        return f'{name}="{settings.SITE_URL}{target}"'

    return LINK.sub(link, html)


def file_of(path: str) -> str:
    """Where an address lies below the folder."""
    return path.lstrip("/") + "index.html" if path.endswith("/") else path.lstrip("/")


def write(plan: Plan, path: str, *, resume: bool) -> str:
    """Export one address: “kept”, “written” or “same”."""
    target = plan.folder / file_of(path)
    if resume and target.exists():
        return "kept"
    body = rendered(path)
    if path.endswith("/"):
        body = turned(body.decode(), path, plan).encode()
    if target.exists() and target.read_bytes() == body:
        return "same"
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    half.write_bytes(body)
    half.replace(target)
    return "written"


_plan: Plan | None = None
_resume = False


def _chunk(paths: tuple[str, ...]) -> list[str]:
    return [write(_plan, path, resume=_resume) for path in paths]


def export(plan: Plan, *, jobs: int, resume: bool) -> Iterator[list[str]]:
    """Write everything, in `jobs` processes; yields what became of each chunk of addresses.

    What an earlier run wrote under the same data, code and settings is kept with `resume`.
    """
    global _plan, _resume
    revision.forget()
    identity = current_identity()
    manifest = plan.folder / MANIFEST
    plan.folder.mkdir(parents=True, exist_ok=True)
    before = json.loads(manifest.read_text()) if manifest.exists() else {}
    same = before.get("identity") == identity and before.get("base") == plan.base
    _plan, _resume = plan, resume and same
    manifest.write_text(json.dumps({"identity": identity, "base": plan.base}))
    copy_static(plan.folder)
    gc.freeze()  # as in config/wsgi.py: pages leave no cycles worth looking for
    gc.set_threshold(50_000, 20, 100)
    chunks = [plan.paths[start : start + CHUNK] for start in range(0, len(plan.paths), CHUNK)]
    if jobs <= 1:
        yield from map(_chunk, chunks)
        return
    from django.db import connections

    connections.close_all()  # a connection belongs to one process
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(_chunk, chunks)


def copy_static(folder: Path) -> None:
    """Put the style sheets, scripts, fonts and pictures of pages beside them, as the pages name them."""
    root = Path(settings.STATIC_ROOT)
    hashed = hasattr(staticfiles_storage, "hashed_files") and root.is_dir()
    found = [file for file in root.rglob("*") if file.is_file()] if hashed else []
    named = [(file.relative_to(root).as_posix(), file) for file in found]
    if not hashed:
        for finder in finders.get_finders():
            named += [
                (name, Path(storage.path(name))) for name, storage in finder.list([]) if not name.startswith("admin/")
            ]
    for name, file in named:
        if file.suffix in (".br", ".gz") or name.startswith("admin/"):
            continue
        target = folder / settings.STATIC_URL.strip("/") / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != file.read_bytes():
            target.write_bytes(file.read_bytes())
