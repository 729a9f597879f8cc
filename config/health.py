"""Whether this process lives, and whether it should be sent readers: for load balancers, containers and alarms.

Answered before anything looks at the host name or redirects to https, since whoever probes a machine
asks it by its bare address.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from comparisons.models import StandingSnapshot
from models_catalog.models import PendingChange

log = logging.getLogger("config")

LATE = dt.timedelta(seconds=30)  # by then some process should have taken a change up


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; without a `required` one no reader should be sent here."""

    name: str
    required: bool
    problem: str = ""  # a sentence without secrets or addresses; empty when it is well


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


_migrated: set[str] = set()  # databases found up to date by this process; code does not change under it


def _migrations() -> str:
    database = str(connection.settings_dict["NAME"])
    if database in _migrated:
        return ""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return f"Migrations to apply: {waiting}. Run: manage.py migrate"
    _migrated.add(database)
    return ""


def _standings() -> str:
    if not StandingSnapshot.objects.filter(current=True).exists():
        return "Standings were never computed. Run: manage.py recompute_standings"
    waiting = PendingChange.objects.filter(created_at__lt=timezone.now() - LATE).first()
    if waiting is None:
        return ""
    return f"A change waits since {waiting.created_at:%Y-%m-%d %H:%M:%S} UTC. Run: manage.py worker --once"


def _cache() -> str:
    cache.set("readyz", "kept", 60)
    return "" if cache.get("readyz") == "kept" else "What is put into the cache is not kept. Pages are made anew."


# Pages are served without standings and without a cache, so neither takes every machine out of service at once.
CHECKS: tuple[tuple[str, bool, Callable[[], str]], ...] = (
    ("database", True, _database),
    ("migrations", True, _migrations),
    ("standings", False, _standings),
    ("cache", False, _cache),
)


def looked_at() -> list[Check]:
    """Every check, with what is wrong. Errors become problems, and their details go to the log only."""
    return [Check(name, required, _asked(name, look)) for name, required, look in CHECKS]


def _asked(name: str, look: Callable[[], str]) -> str:
    try:
        return look()
    except Error as error:
        log.error("readyz: %s: %s", name, error)
        return "The database does not answer."
    except Exception as error:  # a cache may raise anything
        log.error("readyz: %s: %s", name, error)
        return f"The {name} does not answer."


def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all; asks nobody else."""
    return _plain(HttpResponse("ok\n", content_type="text/plain"))


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when readers may be sent here, else 503; JSON names each check and what to do."""
    checks = looked_at()
    ready = not any(check.required and check.problem for check in checks)
    told = {check.name: check.problem or "ok" for check in checks}
    body = json.dumps({"ready": ready, "release": settings.RELEASE, "checks": told}, indent=2) + "\n"
    return _plain(HttpResponse(body, content_type="application/json", status=200 if ready else 503))


def _plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). Raises Http404 where the operator named nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404("This site names no contact for weaknesses.")
    # The format wants an end within a year; half a year from each answer never passes while the site lives.
    expires = (timezone.now() + dt.timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    address = f"{settings.SITE_URL}/.well-known/security.txt"
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {address}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


VIEWS = {"/healthz": healthz, "/readyz": readyz}


class HealthMiddleware:
    """Answers the addresses of `VIEWS`, whatever host was asked for; stands before all other middleware."""

    def __init__(self, get_response):
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path_info)
        if view is None:
            return self._get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return view(request)
