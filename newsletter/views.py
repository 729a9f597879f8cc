"""Pages of the newsletter for readers. No page sets a cookie; GET and HEAD change nothing.

Authority comes from a signed token in the form or from a secret in the address that only one
mailbox received, so every POST here is exempt from the cookie-bound CSRF check.
"""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from models_catalog.core import display
from newsletter import actions, conf, tokens
from newsletter.actions import Confirmed, Request
from newsletter.consent.location import place_of
from newsletter.consent.privacy import holdings
from newsletter.core.regimes import UNKNOWN_COUNTRY, load_regimes
from newsletter.digest.topics import topic_groups
from newsletter.models import Frequency, Subscriber
from newsletter.signup import steps as signup
from newsletter.signup.box import signup_form
from newsletter.signup.form_tokens import read_shown, sign_shown
from newsletter.signup.forms import FOR_EVER, AddressForm, PreferencesForm, country_choices, country_name

PAUSE_DAYS = 28
PRIVACY_PATH = "/privacy/"


def page(request: HttpRequest, name: str, status: int = 200, **context) -> HttpResponse:
    """Render a page that belongs to one reader or one moment: never stored, never indexed."""
    response = render(request, f"newsletter/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def without_cookies(view):
    """Let no middleware set, renew or delete a cookie because of what the browser happened to send."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.COOKIES.clear()
        request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)


def reader_view(*methods: str):
    """Allow GET and HEAD, and `methods`; no cookie."""

    def decorate(view):
        return without_cookies(require_http_methods(["GET", "HEAD", *methods])(view))

    return decorate


def reader_post(view):
    """Allow POST only; no cookie."""
    return without_cookies(require_POST(view))


# --- Signing up ---------------------------------------------------------------------------


@reader_view("POST")
@signup.steady_time
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form; by POST ask for the mail. The answer is the same for every address."""
    now = timezone.now()
    if request.method != "POST":
        return render(request, "newsletter/subscribe.html", {"box": signup_form(request.path, now=now)})
    step = signup.take_step(request, now)
    match step.kind:
        case signup.Step.WRONG:
            box = signup_form(step.page, now=now, value=step.typed, errors=step.errors)
            return page(request, "subscribe", status=422, box=box)
        case signup.Step.ONCE_MORE:
            return page(request, "once_more", box=signup.fresh_box(step, now))
        case signup.Step.WORK:
            return page(request, "work", work=signup.work_for(step, now))
        case signup.Step.CLOSED:
            response = page(request, "closed", status=503)
            response["Retry-After"] = "3600"
            return response
        case signup.Step.LATER:
            return redirect("newsletter:later")
    return redirect("newsletter:check")


@reader_view()
def check(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, to everybody alike."""
    return page(request, "check", later=False)


@reader_view()
def later(request: HttpRequest) -> HttpResponse:
    """Say that a mail will come later today, to everybody alike."""
    return page(request, "check", later=True)


# --- Confirming -----------------------------------------------------------------------------


@reader_view("POST")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the words and a button; by POST become a reader."""
    now = timezone.now()
    state, pending = actions.find_request(token, now)
    if state is not Request.OPEN:
        return _closed_request(request, state, pending, token)
    if request.method == "POST":
        shown = read_shown(request.POST.get("shown", ""))
        result = actions.confirm(pending, shown, now) if shown else Confirmed.CHANGED_TEXT
        if result in (Confirmed.DONE, Confirmed.AGAIN):
            return page(request, "confirmed", again=result is Confirmed.AGAIN)
        if result is Confirmed.BLOCKED:
            return page(request, "blocked")
        if result is Confirmed.NOT_OPEN:
            return _closed_request(request, Request.USED, pending, token)
        return _open_request(request, token, pending, changed=shown is not None)
    return _open_request(request, token, pending, changed=False)


def _open_request(request, token: str, pending, changed: bool) -> HttpResponse:
    content = actions.confirm_page(pending, place_of(request, request.GET.get("country", "")))
    return page(
        request,
        "confirm",
        token=token,
        content=content,
        shown=sign_shown(content.shown),
        country=country_name(content.place.country),
        is_known=content.place.is_known,
        countries=country_options(content.place.country),
        changed=changed,
    )


def _closed_request(request, state: Request, pending, token: str) -> HttpResponse:
    is_reader = pending is not None and Subscriber.objects.confirmed().filter(lookup_key=pending.lookup_key).exists()
    return page(
        request,
        "confirm_closed",
        token=token,
        is_reader=is_reader,
        is_used=state is Request.USED,
        is_known=pending is not None,
        box=signup_form(request.path),
    )


@reader_post
def confirm_again(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link for a used or expired one, to the same mailbox."""
    now = timezone.now()
    _, pending = actions.find_request(token, now)
    if pending is not None:
        actions.ask_again(pending, now)
    return redirect("newsletter:check")


@reader_post
def confirm_forget(request: HttpRequest, token: str) -> HttpResponse:
    """Delete a request its mailbox never made."""
    now = timezone.now()
    state, pending = actions.find_request(token, now)
    if pending is not None and state is not Request.USED:
        actions.forget_request(pending, now)
    return page(request, "forgotten")


def country_options(selected: str) -> list[dict]:
    """Return the countries for a select."""
    return [{"value": code, "label": name, "selected": code == selected} for code, name in country_choices()]


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
        return page(request, "unsubscribe", token=token)
    by_page = "page" in request.GET
    actions.unsubscribe(token, "page" if by_page else "one-click", timezone.now())
    if by_page:
        return page(request, "unsubscribed", box=signup_form(request.path))
    response = HttpResponse("You are unsubscribed.\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@reader_post
def pause(request: HttpRequest, token: str) -> HttpResponse:
    """Take a break of four weeks by the link in each mail."""
    try:
        actions.pause(token, PAUSE_DAYS, timezone.now())
    except tokens.BadToken:
        return page(request, "unsubscribe_unknown", status=404)
    return page(request, "paused", token=token, weeks=PAUSE_DAYS // 7)


# --- Preferences by a mailed link -----------------------------------------------------------------


@reader_view("POST")
@signup.steady_time
def preferences(request: HttpRequest) -> HttpResponse:
    """Ask for a link to the preferences; the answer is the same for every address."""
    now = timezone.now()
    if request.method != "POST":
        return page(request, "preferences", form=None, value="", box=signup.fresh_box(None, now))
    form = AddressForm(request.POST)
    typed = request.POST.get("email", "")
    if not form.is_valid():
        return page(request, "preferences", status=422, form=form, value=typed, box=signup.fresh_box(None, now))
    if not signup.is_trusted(request, now):
        return page(request, "preferences", form=None, value=typed, box=signup.fresh_box(None, now))
    if not signup.has_room(request, form.cleaned_data["email"], now):
        response = page(request, "busy", status=429)
        response["Retry-After"] = "600"
        return response
    actions.ask_for_preferences(form.cleaned_data["email"], now)
    return redirect("newsletter:link_sent")


@reader_view()
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say that a link is on its way if we hold anything, to everybody alike."""
    return page(request, "link_sent", minutes=int(actions.PREFERENCES_WITHIN.total_seconds() // 60))


def with_reader(view):
    """Give the view the reader of a mailed link; others get a page that sends a new link."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        try:
            subscriber = actions.reader_of(token)
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
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, token, subscriber, now, form=form, status=422)
    if subscriber.state != Subscriber.State.CONFIRMED:
        return _manage_page(request, token, subscriber, now)
    actions.choose(
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
    chosen = set(subscriber.topics)
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
        state=subscriber.get_state_display(),
        paused=pause_in_words(subscriber) if is_paused else "",
        frequencies=[(value, label, value == subscriber.frequency) for value, label in Frequency.choices],
        pauses=pauses,
        groups=[
            (group.title, [(value, name, value in chosen) for value, name in group.topics]) for group in topic_groups()
        ],
        has_topics=bool(chosen),
        countries=country_options(subscriber.country),
        notice=notice,
        errors=[*errors, *([error] if error else [])],
        box=signup_form(request.path),
    )


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
    actions.leave_by_preferences(subscriber, now)
    return page(request, "unsubscribed", box=signup_form(request.path))


@reader_post
@with_reader
def manage_export(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Mail everything we hold to the address itself."""
    if actions.send_export(subscriber, now):
        notice = "On its way: a mail with everything we hold, as a JSON file."
        return _manage_page(request, token, subscriber, now, notice=notice)
    error = "Your mailbox got several mails from us lately. Ask for the copy again in ten minutes, or tomorrow."
    return _manage_page(request, token, subscriber, now, error=error, status=429)


@reader_post
@with_reader
def manage_erase(request: HttpRequest, token: str, subscriber: Subscriber, now) -> HttpResponse:
    """Erase now, once the box is ticked."""
    if request.POST.get("sure") != "yes":
        error = "Nothing was erased. Tick “I want everything erased” first: it cannot be undone."
        return _manage_page(request, token, subscriber, now, error=error, status=422)
    actions.erase(subscriber, now)
    return page(request, "erased")


# --- What we hold, and why ---------------------------------------------------------------------


@reader_view()
def what_we_hold(request: HttpRequest) -> HttpResponse:
    """Say in plain words what is kept about a reader."""
    return render(request, "newsletter/what_we_hold.html", {"holdings": holdings()})


@reader_view()
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy page, made from the tables the code itself obeys."""
    table = load_regimes()
    regimes = [(regime, country_list(regime)) for regime in table.regimes]
    context = {
        "holdings": holdings(),
        "regimes": regimes,
        "table": table,
        "sender": conf.sender_in_words(),
        "contact": conf.contact(),
        "canonical": PRIVACY_PATH,
    }
    return render(request, "newsletter/privacy.html", context)


def country_list(regime) -> str:
    """Return the countries of a row by name, or what stands for the long last row."""
    if regime.code == UNKNOWN_COUNTRY:
        return f"the other {len(regime.countries)} countries, and whenever the country is not known"
    return ", ".join(sorted(country_name(code) for code in regime.countries))
