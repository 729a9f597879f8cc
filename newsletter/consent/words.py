"""Which words a reader sees, and the record that they were seen."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from newsletter import conf
from newsletter.consent.location import Place
from newsletter.core.preferences import FOLLOW_PATH
from newsletter.core.regimes import Regime
from newsletter.core.wording import ShownWording, WordingError, wording
from newsletter.models import ConsentEvent, ConsentWording

BOX_WORDING = "box-2"
LONGEST_PATH = 300
OWN_PAGES = "/newsletter/"


def box_wording() -> ShownWording:
    """Return the promise under the sign-up box, the same on every page and for every country."""
    return _shown(BOX_WORDING, age=16)


def wording_shown(wording_id: str, sha256: str) -> ShownWording | None:
    """Return the words a form showed, from its signed id and hash; None when nobody can say any more what they were."""
    try:
        shown = _shown(wording_id, age=16)
    except WordingError:
        shown = None
    if shown is not None and shown.sha256 == sha256:
        return shown
    kept = ConsentWording.objects.filter(sha256=sha256).first()
    return ShownWording(kept.wording_id, kept.locale, kept.text) if kept else None


def confirm_wording(regime: Regime) -> ShownWording:
    """Return what a reader under `regime` agrees to by the button of the confirmation page."""
    return _shown(regime.wording, age=regime.age)


def _shown(wording_id: str, age: int) -> ShownWording:
    return wording(wording_id).shown(
        site=settings.SITE_NAME, sender=conf.sender_in_words(), contact=conf.contact(), age=age
    )


def remember(shown: ShownWording) -> None:
    """Keep the text word for word under its hash, once."""
    ConsentWording.objects.get_or_create(
        sha256=shown.sha256,
        defaults={"wording_id": shown.id, "locale": shown.locale, "text": shown.text},
    )


def record(
    kind: str,
    subject_key: str,
    place: Place,
    now: dt.datetime,
    *,
    regime: str = "",
    shown: ShownWording | None = None,
    locale: str = "en",
    page_path: str = "",
    via: str = "page",
) -> ConsentEvent:
    """Add a consent event and keep its wording. `regime` is the code to note, else the place's own."""
    if shown is not None:
        remember(shown)
    return ConsentEvent.objects.create(
        subject_key=subject_key,
        kind=kind,
        at=now,
        country=place.country,
        regime=regime or place.regime.code,
        geo_source=place.geo_source,
        geo_db_version=place.geo_db_version,
        wording_id=shown.id if shown else "",
        wording_sha256=shown.sha256 if shown else "",
        locale=locale,
        page_path=clean_path(page_path),
        via=via,
    )


def _is_a_page(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def clean_path(text: str) -> str:
    """Return the path of a page of ours without query; empty for anything else.

    Pages of the newsletter itself are shortened to their common part, as their paths may carry tokens; the page to
    follow one comparison carries none and stays.
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    path = parts.path
    elsewhere = parts.netloc and f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL
    if elsewhere or not path.startswith("/") or not path.isprintable() or not _is_a_page(path):
        return ""
    if FOLLOW_PATH.match(path):
        return path[:LONGEST_PATH]
    return OWN_PAGES if path.startswith(OWN_PAGES) else path[:LONGEST_PATH]
