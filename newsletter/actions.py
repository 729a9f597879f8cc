"""The way onto the list: ask, confirm, confirm again. What readers may do later is `consent.rights`.

Every function takes `now` and runs in one transaction. None of them tells its caller whether an
address is known, except to somebody who holds a link that only its mailbox received.
"""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.urls import reverse

from newsletter import conf, tokens
from newsletter.bounces import suppression
from newsletter.consent import words as consent
from newsletter.consent.location import Place, place_of_row
from newsletter.consent.rights import ANSWER_WITHIN, PREFERENCES_WITHIN, preferences_url
from newsletter.core.preferences import topics_of_page
from newsletter.core.regimes import Regime, load_regimes
from newsletter.core.wording import ShownWording
from newsletter.delivery import letters
from newsletter.digest.topics import watch
from newsletter.models import (
    ConsentEvent,
    Delivery,
    GeoSource,
    PendingSignup,
    Subscriber,
    Suppression,
    TransactionalMail,
)
from newsletter.signup import limits
from newsletter.signup.form_tokens import Shown

Kind = ConsentEvent.Kind
MailPurpose = TransactionalMail.Purpose
CONFIRM_WITHIN = dt.timedelta(days=7)
RECONFIRM_WITHIN = dt.timedelta(days=21)
DAYS_A_MONTH = 30


# --- Asking -------------------------------------------------------------------------------


@transaction.atomic
def ask(
    address: str,
    place: Place,
    page_path: str,
    now: dt.datetime,
    not_before: dt.datetime | None = None,
    shown: ShownWording | None = None,
) -> None:
    """Answer a request to be put on the list, by mail only. `shown` are the words of the form that was posted.

    A new or former reader gets a link to confirm, a present one a link to the preferences, a mailbox
    that complained or refuses mail gets nothing, and nobody more than `limits.may_ask` allows.
    """
    key = suppression.key_of(address)
    if suppression.is_blocked(key) or not limits.may_ask(key, now):
        return
    subscriber = Subscriber.objects.confirmed().filter(lookup_key=key).first()
    if subscriber is not None:
        letters.queue(
            "already",
            MailPurpose.NOTICE,
            subscriber.address,
            now,
            {
                "link": preferences_url(subscriber, consent.clean_path(page_path)),
                "minutes": int(PREFERENCES_WITHIN.total_seconds() // 60),
            },
            valid_for=ANSWER_WITHIN,
            not_before=not_before,
        )
        return
    shown = shown or consent.box_wording()
    pending, token = _new_request(address, key, place, shown, page_path, (not_before or now) + CONFIRM_WITHIN)
    consent.record(Kind.REQUESTED, key, place, now, shown=shown, page_path=pending.page_path)
    _send_confirmation("confirm", MailPurpose.CONFIRM, pending, token, now, not_before)


def _new_request(
    address: str, key: str, place: Place, shown: ShownWording, page_path: str, expires_at: dt.datetime
) -> tuple[PendingSignup, str]:
    """Store a request and return it with its token of 256 bits, which stands nowhere else."""
    token = secrets.token_urlsafe(32)
    path = consent.clean_path(page_path)
    pending = PendingSignup.objects.create(
        address=address,
        lookup_key=key,
        token_sha256=tokens.token_sha256(token),
        wording_id=shown.id,
        wording_sha256=shown.sha256,
        locale=shown.locale,
        page_path=path,
        topics=topics_of_page(path),
        country=place.country,
        regime=place.regime.code,
        geo_source=place.geo_source,
        geo_db_version=place.geo_db_version,
        expires_at=expires_at,
    )
    return pending, token


def _send_confirmation(
    letter: str,
    purpose: str,
    pending: PendingSignup,
    token: str,
    now: dt.datetime,
    not_before: dt.datetime | None = None,
) -> None:
    link = settings.SITE_URL + reverse("newsletter:confirm", args=[token])
    letters.queue(
        letter,
        purpose,
        pending.address,
        now,
        {"link": link, "days": (pending.expires_at - (not_before or now)).days},
        valid_for=ANSWER_WITHIN,
        not_before=not_before,
        signup=pending,
    )


@transaction.atomic
def come_back(subscriber: Subscriber, now: dt.datetime) -> bool:
    """Mail a new confirmation to a reader who left and holds a link of their own mailbox. Return whether one goes out.

    What a complaint or a bounce left behind no longer stands in the way; a word to the editors does.
    A second request within ten minutes changes nothing.
    """
    if subscriber.state == Subscriber.State.CONFIRMED or not suppression.soften(subscriber, now):
        return False
    if not limits.sent_lately(subscriber.lookup_key, (MailPurpose.CONFIRM,), now):
        place = place_of_row(subscriber)
        shown = consent.box_wording()
        pending, token = _new_request(
            subscriber.address, subscriber.lookup_key, place, shown, consent.OWN_PAGES, now + CONFIRM_WITHIN
        )
        consent.record(Kind.REQUESTED, subscriber.lookup_key, place, now, shown=shown, page_path=consent.OWN_PAGES)
        _send_confirmation("confirm", MailPurpose.CONFIRM, pending, token, now)
    return True


def ask_again(pending: PendingSignup, now: dt.datetime) -> None:
    """Send a new link for a request whose own link was used or is too old; the usual limits count."""
    ask(pending.address, place_of_row(pending), pending.page_path, now)


@transaction.atomic
def forget_request(pending: PendingSignup, now: dt.datetime) -> None:
    """Delete an unconfirmed request at once: its owner says somebody else typed the address."""
    waiting = Delivery.objects.filter(mail__signup=pending, state=Delivery.State.PENDING)
    waiting.update(state=Delivery.State.SKIPPED, reason="withdrawn")
    TransactionalMail.objects.filter(signup=pending, delivery__state=Delivery.State.SKIPPED).update(
        address="", subject="", text="", html=""
    )
    consent.record(Kind.UNSUBSCRIBED, pending.lookup_key, place_of_row(pending), now)
    pending.delete()


# --- Confirming ------------------------------------------------------------------------------


class Request(enum.Enum):
    """What a confirmation link leads to."""

    UNKNOWN = "unknown"
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


class Confirmed(enum.Enum):
    """What pressing the button did."""

    DONE = "done"
    AGAIN = "again"
    CHANGED_TEXT = "changed text"
    NOT_OPEN = "not open"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class ConfirmPage:
    """What the page with the button shows: place, regime and the words to agree to."""

    place: Place
    regime: Regime
    wording: ShownWording
    shown: Shown


def find_request(token: str, now: dt.datetime) -> tuple[Request, PendingSignup | None]:
    """Return the request behind a link. Changes nothing."""
    pending = PendingSignup.objects.filter(token_sha256=tokens.token_sha256(token)).first()
    if pending is None:
        return Request.UNKNOWN, None
    if pending.consumed_at is not None:
        return Request.USED, pending
    return (Request.OPEN if pending.expires_at > now else Request.EXPIRED), pending


def confirm_page(pending: PendingSignup, place: Place) -> ConfirmPage:
    """Return the words for somebody who asked from one place and opens the link from `place`."""
    regime = _regime_for(pending, place)
    wording = consent.confirm_wording(regime)
    shown = Shown(wording.id, wording.sha256, place.country, place.geo_source, place.geo_db_version)
    return ConfirmPage(place, regime, wording, shown)


def _regime_for(pending: PendingSignup, place: Place) -> Regime:
    """Return the regime of the visitor's own latest word, else the stricter of both places."""
    if place.geo_source == GeoSource.VISITOR:
        return place.regime
    if pending.geo_source == GeoSource.VISITOR:
        return load_regimes().by_code(pending.regime)
    return load_regimes().stricter(pending.regime, place.regime.code)


@transaction.atomic
def confirm(pending: PendingSignup, shown: Shown, now: dt.datetime) -> Confirmed:
    """Make a reader of a request, once. `shown` is what the page with the button said.

    Nothing happens when the words have changed since: the page has to be shown again.
    """
    page = confirm_page(pending, Place(shown.country, shown.geo_source, shown.geo_db_version))
    if page.shown != shown:
        return Confirmed.CHANGED_TEXT
    open_requests = PendingSignup.objects.filter(lookup_key=pending.lookup_key, consumed_at__isnull=True)
    if not open_requests.filter(pk=pending.pk, expires_at__gt=now).update(consumed_at=now):
        return Confirmed.NOT_OPEN
    open_requests.update(consumed_at=now)
    if not suppression.lift(pending.lookup_key):
        return Confirmed.BLOCKED
    known = Subscriber.objects.select_for_update().filter(lookup_key=pending.lookup_key).first()
    is_reader = known is not None and known.state == Subscriber.State.CONFIRMED
    _store_reader(known, pending, page, now, is_reader)
    consent.record(
        Kind.RECONFIRMED if is_reader else Kind.CONFIRMED,
        pending.lookup_key,
        page.place,
        now,
        regime=page.regime.code,
        shown=page.wording,
        locale=pending.locale,
        page_path=consent.OWN_PAGES,
    )
    return Confirmed.AGAIN if is_reader else Confirmed.DONE


def _store_reader(
    known: Subscriber | None, pending: PendingSignup, page: ConfirmPage, now: dt.datetime, is_reader: bool
) -> None:
    place = page.place if page.regime == page.place.regime else place_of_row(pending)
    values = {
        "address": pending.address,
        "state": Subscriber.State.CONFIRMED,
        "locale": pending.locale,
        "left_at": None,
        "country": place.country,
        "regime": page.regime.code,
        "geo_source": place.geo_source,
        "geo_db_version": place.geo_db_version,
        "reconfirmed_at" if is_reader else "confirmed_at": now,
    }
    if known is None:
        values |= {"frequency": pending.frequency, "topics": pending.topics}
    elif not is_reader:
        # Whoever comes back wants mail, whatever break was on when they left.
        values["paused_until"] = None
    reader, _ = Subscriber.objects.update_or_create(lookup_key=pending.lookup_key, defaults=values)
    watch(reader.topics)


# --- Confirming again, where a country wants it --------------------------------------------------


@transaction.atomic
def reconfirm_where_due(now: dt.datetime) -> tuple[int, int]:
    """Ask readers whose regime wants it again, and end what stayed without an answer; return both counts.

    Nobody is asked while no row of the table of regimes has `reconfirm_months`.
    """
    asked = ended = 0
    for regime in load_regimes().regimes:
        if not regime.reconfirm_months:
            continue
        limit = now - dt.timedelta(days=DAYS_A_MONTH * regime.reconfirm_months)
        readers = Subscriber.objects.confirmed().filter(regime=regime.code)
        for subscriber in readers.alias(last=Coalesce("reconfirmed_at", "confirmed_at")).filter(last__lte=limit):
            question = _last_question(subscriber, now)
            if question is None:
                _ask_to_reconfirm(subscriber, now)
                asked += 1
            elif question.sent_at is not None and question.sent_at <= now - RECONFIRM_WITHIN:
                suppression.leave(subscriber, Suppression.Reason.UNSUBSCRIBED, "no reconfirmation", now)
                ended += 1
    return asked, ended


def _last_question(subscriber: Subscriber, now: dt.datetime) -> Delivery | None:
    """Return the present question that is on its way or arrived; one that did not arrive asked nothing."""
    questions = Delivery.objects.filter(mail__purpose=MailPurpose.RECONFIRM, address_key=subscriber.lookup_key)
    if subscriber.reconfirmed_at:
        questions = questions.filter(mail__created_at__gt=subscriber.reconfirmed_at)
    came_back = questions.filter(
        outcome__in=[Delivery.Outcome.SOFT, Delivery.Outcome.REFUSED, Delivery.Outcome.BOUNCED]
    )
    lost = questions.filter(state__in=[Delivery.State.FAILED, Delivery.State.SKIPPED])
    asked = questions.exclude(pk__in=came_back.values("pk")).exclude(pk__in=lost.values("pk"))
    return asked.order_by("mail__created_at").first()


def _ask_to_reconfirm(subscriber: Subscriber, now: dt.datetime) -> None:
    place = place_of_row(subscriber)
    shown = consent.box_wording()
    pending, token = _new_request(
        subscriber.address, subscriber.lookup_key, place, shown, consent.OWN_PAGES, now + RECONFIRM_WITHIN
    )
    _send_confirmation("reconfirm", MailPurpose.RECONFIRM, pending, token, now)


# --- Floods -----------------------------------------------------------------------------------


@transaction.atomic
def tell_of_flood(now: dt.datetime) -> bool:
    """Mail the operators that sign-ups pause, at most once an hour. Return whether it was mailed."""
    if not limits.take(limits.for_alert(), now):
        return False
    letters.queue(
        "flood",
        MailPurpose.NOTICE,
        conf.alert_address(),
        now,
        {"most": 2 * conf.signups_per_hour()},
        valid_for=ANSWER_WITHIN,
    )
    return True
