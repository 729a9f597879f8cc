"""A note beside the database of what was sent from it, so that a restored copy is noticed.

A copy of yesterday does not know what went out today and would send it again. The note is a small
file of this machine, keyed by the database's own random name, which a copy shares.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from django.db.models import Count

from newsletter import conf
from newsletter.models import Delivery, Issue

log = logging.getLogger("newsletter")
REMEMBERED = 20
# Only these never go back: a mail without an answer may be sent again by decision.
SETTLED = (Delivery.State.SENT, Delivery.State.FAILED, Delivery.State.SKIPPED)


def write(uid: str) -> None:
    """Note how many mails of the latest issues have left `uid`'s outbox. A file that cannot be written is logged."""
    path = conf.marker_file()
    if path is None:
        return
    notes, recent = _read(path), _recent()
    noted = {**notes.get(uid, {}), **_settled()}
    notes[uid] = {slug: number for slug, number in noted.items() if slug in recent}
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(notes), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        log.warning("%s cannot be written (%s): a restored database would not be noticed.", path, error.strerror)


def older_than_the_marker(uid: str) -> str:
    """Return a sentence when more was sent from here than the database knows; empty when it knows all."""
    path = conf.marker_file()
    noted = _read(path).get(uid, {}) if path is not None else {}
    if not noted:
        return ""
    known = {**dict.fromkeys(Issue.objects.filter(slug__in=noted).values_list("slug", flat=True), 0), **_settled()}
    for slug, number in noted.items():
        issue = Issue.objects.filter(slug=slug).first()
        if issue is not None and issue.counts and not issue.deliveries.exists():
            continue  # its rows were pruned
        if known.get(slug, 0) < number:
            return (
                f"The database is older than what was sent from it: of issue {slug}, {number:,d} mails have left, "
                f"and it knows of {known.get(slug, 0):,d}."
            )
    return ""


def forget(uid: str) -> None:
    """Take the database as it is: somebody looked."""
    path = conf.marker_file()
    if path is not None:
        notes = _read(path)
        if notes.pop(uid, None) is not None:
            path.write_text(json.dumps(notes), encoding="utf-8")
            write(uid)


def _recent() -> set[str]:
    prepared = Issue.objects.filter(prepared_at__isnull=False).order_by("-prepared_at")
    return set(prepared.values_list("slug", flat=True)[:REMEMBERED])


def _settled() -> dict[str, int]:
    """How many mails of each recent issue have an end."""
    rows = Delivery.objects.filter(issue__slug__in=_recent()).filter(state__in=SETTLED).order_by()
    return dict(rows.values_list("issue__slug").annotate(number=Count("pk")))


def _read(path: Path) -> dict[str, dict[str, int]]:
    try:
        notes = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}
