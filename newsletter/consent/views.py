"""Leaving, preferences, a copy and erasure, as pages. Each follows a link that one mailbox received."""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from models_catalog.core import display
from newsletter import actions, conf, tokens
from newsletter.bounces import suppression
from newsletter.consent import rights
from newsletter.consent.words import clean_path
from newsletter.core.preferences import EVERYTHING, pairs_among
from newsletter.digest.topics import pair_choices, topic_groups
from newsletter.models import Frequency, Subscriber
from newsletter.reader_pages import busy, country_options, page, reader_post, reader_view
from newsletter.signup import steps as signup
from newsletter.signup.box import signup_form
from newsletter.signup.forms import FOR_EVER, AddressForm, PreferencesForm

PAUSE_DAYS = 28

# --- Leaving by the link in each mail ----------------------------------------------------------


@reader_view("POST")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: POST with any body leaves and answers 200; GET and HEAD show a button.

    The body is never read, so that none can be wrong. Our own button adds `?page` to the address.
    """
    try:
        tokens.read_unsubscribe_token(token)
    except tokens.BadToken:
        return page(request, "unsubscribe_unknown", status=404)
    if request.method != "POST":
        subscriber = rights.reader_leaving_by(token)[0]
        is_reader = subscriber is not None and subscriber.state == Subscriber.State.CONFIRMED
        return page(request, "unsubscribe", token=token, is_reader=is_reader, is_held=subscriber is not None)
    by_page = "page" in request.GET
    rights.unsubscribe(token, "page" if by_page else "one-click", timezone.now())
    if by_page:
        return page(request, "unsubscribed", box=signup_form(request.path))
    response = HttpResponse("You are unsubscribed.\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@reader_post
def pause(request: HttpRequest, token: str) -> HttpResponse:
    """Take a break of four weeks by the link in each mail."""
    try:
        is_reader = rights.pause(token, PAUSE_DAYS, timezone.now())
    except tokens.BadToken:
        return page(request, "unsubscribe_unknown", status=404)
    if not is_reader:
        return page(request, "unsubscribed", box=signup_form(request.path))
    return page(request, "paused", token=token, weeks=PAUSE_DAYS // 7)


@reader_post
def own_preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a link to the preferences to the mailbox that received the mail. It costs nothing."""
    try:
        is_held = rights.send_own_link(token, timezone.now())
    except tokens.BadToken:
        return page(request, "unsubscribe_unknown", status=404)
    if not is_held:
        return page(request, "nothing_held", box=signup_form(request.path))
    return redirect("newsletter:link_sent")


# --- Preferences by a mailed link -----------------------------------------------------------------


@reader_view("POST")
@signup.steady_time
def preferences(request: HttpRequest) -> HttpResponse:
    """Ask for a link to the preferences; the answer is the same for every address."""
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    asked = signup.Taken(signup.Step.ONCE_MORE, page=given.get("page", ""))
    if request.method != "POST":
        return page(request, "preferences", form=None, value="", box=signup.fresh_box(asked, now))
    form = AddressForm(request.POST)
    typed = request.POST.get("email", "")
    if not form.is_valid():
        return page(request, "preferences", status=422, form=form, value=typed, box=signup.fresh_box(asked, now))
    if not signup.is_trusted(request, now):
        return page(request, "preferences", form=None, value=typed, box=signup.fresh_box(asked, now))
    if not signup.has_room_for_preferences(request, now):
        return busy(request)
    rights.ask_for_preferences(form.cleaned_data["email"], now, clean_path(asked.page))
    return redirect("newsletter:link_sent")


@reader_view()
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say that a link is on its way if we hold anything, to everybody alike."""
    return page(request, "link_sent", minutes=int(rights.PREFERENCES_WITHIN.total_seconds() // 60))


def with_reader(view):
    """Give the view the reader of a mailed link; others get a page that sends a new link."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        try:
            subscriber = rights.reader_of(token)
        except tokens.BadToken as error:
            box = signup.fresh_box(None, now)
            return page(request, "link_expired", status=404, reason=str(error), box=box)
        if subscriber is None:
            return page(request, "nothing_held", box=signup_form(request.path))
        return view(request, token, subscriber, now)

    return wrapped


@reader_view("POST")
@with_reader
def manage(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Show the preferences; by POST store them."""
    if request.method != "POST":
        return _manage_page(request, token, subscriber, now)
    form = PreferencesForm(request.POST, held=subscriber.topics)
    if not form.is_valid():
        return _manage_page(request, token, subscriber, now, form=form, status=422)
    if subscriber.state != Subscriber.State.CONFIRMED:
        return _manage_page(request, token, subscriber, now)
    rights.choose(
        subscriber,
        frequency=form.cleaned_data["frequency"],
        topics=form.cleaned_data["topics"],
        paused_until=form.paused_until(subscriber, now),
        country=form.cleaned_data["country"],
        now=now,
    )
    return _manage_page(request, token, subscriber, now, notice="Saved. The next mail follows your choice.")


def _manage_page(request, token, subscriber, now, *, form=None, notice="", error="", status=200):
    errors = [text for texts in form.errors.values() for text in texts] if form else []
    chosen = _ticked(request, subscriber)
    is_paused = subscriber.paused_until is not None and subscriber.paused_until > now
    pauses = [
        {"value": value, "label": label, "selected": value == ("keep" if is_paused else "")}
        for value, label in PreferencesForm.PAUSES
        if value != "keep" or is_paused
    ]
    return page(
        request,
        "manage",
        status=status,
        token=token,
        address=masked(subscriber.address),
        is_reader=subscriber.state == Subscriber.State.CONFIRMED,
        is_silenced=suppression.is_silenced(subscriber.lookup_key),
        contact=conf.contact(),
        state=subscriber.get_state_display(),
        paused=pause_in_words(subscriber) if is_paused else "",
        frequencies=[(value, label, value == subscriber.frequency) for value, label in Frequency.choices],
        pauses=pauses,
        groups=[
            (group.title, [(value, name, value in chosen) for value, name in group.topics])
            for group in topic_groups(chosen)
        ],
        has_topics=bool(chosen),
        countries=country_options(subscriber.country),
        notice=notice,
        errors=[*errors, *([error] if error else [])],
    )


def _ticked(request: HttpRequest, subscriber: Subscriber) -> list[str]:
    """The topics of a reader by today's slugs, with the comparison that the link they followed brought along."""
    chosen, asked = list(subscriber.topics), request.GET.get("topic", "")
    if request.method != "POST" and asked not in chosen and pair_choices(pairs_among([asked])):
        chosen += [asked] if chosen else [asked, EVERYTHING]
    today = [topic for topic, _ in pair_choices(pairs_among(chosen))]
    return [*(topic for topic in chosen if not topic.startswith("pair:")), *today]


def masked(address: str) -> str:
    """Return an address its owner recognises and nobody else can use: “r…@example.org”."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def pause_in_words(subscriber: Subscriber) -> str:
    """Return when a break ends."""
    if subscriber.paused_until >= FOR_EVER:
        return "until you come back here"
    return f"until {display.date(subscriber.paused_until.date())}"


@reader_post
@with_reader
def manage_leave(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Unsubscribe from the preferences."""
    rights.leave_by_preferences(subscriber, now)
    return page(request, "unsubscribed", box=signup_form(request.path))


@reader_post
@with_reader
def manage_export(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Mail everything we hold to the address itself."""
    rights.send_export(subscriber, now)
    notice = "On its way: a mail with everything we hold, as a JSON file."
    return _manage_page(request, token, subscriber, now, notice=notice)


@reader_post
@with_reader
def manage_return(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Mail a new confirmation to somebody who left, whatever ended it."""
    if actions.come_back(subscriber, now):
        return redirect("newsletter:check")
    return _manage_page(request, token, subscriber, now)


@reader_post
@with_reader
def manage_erase(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Erase now, once the box is ticked."""
    if request.POST.get("sure") != "yes":
        error = "Nothing was erased. Tick “I want everything erased” first: it cannot be undone."
        return _manage_page(request, token, subscriber, now, error=error, status=422)
    rights.erase(subscriber, now)
    return page(request, "erased")
