"""The way onto the list, as pages, and what we hold on readers. `consent.views` has what they may do later."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from newsletter import actions, conf
from newsletter.actions import Confirmed, Request
from newsletter.bounces import suppression
from newsletter.consent.location import place_of
from newsletter.consent.privacy import holdings
from newsletter.core.preferences import pairs_among
from newsletter.core.regimes import UNKNOWN_COUNTRY, load_regimes
from newsletter.digest.archive import latest_issue
from newsletter.digest.topics import pair_choices
from newsletter.models import Subscriber
from newsletter.reader_pages import busy, country_options, page, reader_post, reader_view
from newsletter.signup import steps as signup
from newsletter.signup.box import signup_form
from newsletter.signup.form_tokens import read_shown, sign_shown
from newsletter.signup.forms import country_name

PRIVACY_PATH = "/privacy/"


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
        case signup.Step.BUSY:
            return busy(request)
    return redirect("newsletter:check")


@reader_view()
def follow(request: HttpRequest, pair: str) -> HttpResponse:
    """Sign up for one comparison: the page a sign-up comes from is what makes it the topic."""
    found = pair_choices([pair])
    if not found:
        raise Http404("This is no comparison of two models we have. Open the comparison and follow it from there.")
    topic, name = found[0]
    present = topic.removeprefix("pair:")
    if present != pair:
        return redirect("newsletter:follow", pair=present)
    box = replace(
        signup_form(request.path), title="A mail only when it turns", lead="Nothing else unless you ask for it."
    )
    context = {"box": box, "name": name.partition(",")[0], "pair": pair}
    return render(request, "newsletter/follow.html", context)


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
            return page(request, "confirmed", again=result is Confirmed.AGAIN, latest=latest_issue())
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
        follows=[name for _, name in pair_choices(pairs_among(pending.topics))],
        countries=country_options(content.place.country),
        changed=changed,
    )


def _closed_request(request, state: Request, pending, token: str) -> HttpResponse:
    is_reader = pending is not None and Subscriber.objects.confirmed().filter(lookup_key=pending.lookup_key).exists()
    if pending is not None and not is_reader and suppression.is_blocked(pending.lookup_key):
        return page(request, "blocked")
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
