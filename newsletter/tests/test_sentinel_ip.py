"""No network address reaches the database, the cache, a log, a mail, an export or an error page."""

from __future__ import annotations

import hashlib
import io
import ipaddress
import logging
import pickle
from base64 import b64encode

import pytest
from anymail.signals import AnymailTrackingEvent
from django.core import mail as django_mail
from django.core.cache import caches
from django.utils.log import AdminEmailHandler
from hypothesis import given
from hypothesis import strategies as st

from newsletter.bounces import webhooks
from newsletter.consent import exports
from newsletter.log_redaction import INSTEAD, ScrubAddresses, scrub_every_handler, without_addresses
from newsletter.models import Delivery, Subscriber
from newsletter.signup import limits
from newsletter.signup import steps as signup
from newsletter.tests.web import ask_for_link, become_reader, confirm, dump, mails, path_in, sign_up
from newsletter.tokens import unsubscribe_token

pytestmark = pytest.mark.django_db
SENTINELS = ("203.0.113.77", "2001:db8:5::1")


def forms(address: str) -> set[str]:
    """Every way in which an address might be written down, hashes without a key included."""
    parsed = ipaddress.ip_address(address)
    texts = {address, parsed.exploded, str(int(parsed)), parsed.packed.hex(), parsed.reverse_pointer}
    if parsed.version == 4:
        mapped = ipaddress.ip_address(f"::ffff:{address}")
        texts |= {str(mapped), mapped.exploded, "203.0.113.0", "203.0.113."}
    else:
        texts |= {"2001:db8:5", "2001:db8:5::"}
    hashes = {
        digest
        for text in (address, parsed.exploded)
        for name in ("md5", "sha1", "sha256")
        for digest in (
            hashlib.new(name, text.encode()).hexdigest(),
            b64encode(hashlib.new(name, text.encode()).digest()).decode(),
        )
    }
    return texts | hashes


@pytest.fixture
def log():
    """What a handler with the filter writes, of every logger and level."""
    stream = io.StringIO()
    handlers = [logging.StreamHandler(stream), AdminEmailHandler(include_html=True)]
    root = logging.getLogger()
    before = root.level
    for handler in handlers:
        root.addHandler(handler)
    scrub_every_handler()
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.mark.parametrize("address", SENTINELS)
@pytest.mark.parametrize("wrap", ["REMOTE_ADDR", "mapped", "HTTP_X_FORWARDED_FOR"])
def test_no_trace_of_the_address_stays(client, log, settings, monkeypatch, address, wrap):
    settings.ADMINS = [("Operator", "operator@example.org")]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    extra = {"REMOTE_ADDR": address}
    if wrap == "HTTP_X_FORWARDED_FOR":
        settings.TRUSTED_PROXY_COUNT = 1
        extra = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"{address}, {address}"}
    elif wrap == "mapped":
        extra = {"REMOTE_ADDR": f"::ffff:{address}" if "." in address else address}
    pages = [sign_up(client, **extra), ask_for_link(client, **extra)]
    path = path_in(mails()[0])
    pages += [client.get(path, **extra), confirm(client, path, **extra)]
    reader = Subscriber.objects.get()
    export = exports.export_text(reader.lookup_key, reader.confirmed_at)
    leave = f"/newsletter/u/{unsubscribe_token(reader.public_id, 0)}"
    pages += [client.get(leave, **extra), client.post(leave, **extra), client.get("/newsletter/nowhere/", **extra)]
    for number in range(12):
        pages.append(sign_up(client, f"robot{number}@gmail.com", **extra))

    Delivery.objects.update(state="sent", sent_at=reader.confirmed_at)
    delivery = Delivery.objects.first()
    event = AnymailTrackingEvent(
        event_type="bounced",
        reject_reason="bounced",
        event_id="one",
        metadata={"delivery": delivery.message_id.partition("@")[0]},
        user_agent=f"Mail from {address}",
        mta_response=f"550 5.1.1 no such user, says [{address}]",
        esp_event={"ip": address},
    )
    webhooks.on_tracking(None, event, "relay")
    assert Delivery.objects.get(pk=delivery.pk).outcome == "bounced"

    def fail(request, *args, **kwargs):
        local = request.META["REMOTE_ADDR"]
        raise RuntimeError(f"broken for {local} and {address}")

    monkeypatch.setattr(signup, "take_step", fail)
    client.raise_request_exception = False
    pages.append(sign_up(client, **extra))
    assert pages[-1].status_code == 500
    logging.getLogger("elsewhere").warning("from %s, port %d", address, 443)
    assert "RuntimeError: broken for" in log.getvalue()
    assert django_mail.outbox

    places = {
        "database": dump(),
        "cache": "".join(repr(pickle.loads(value)) for value in getattr(caches["default"], "_cache", {}).values()),
        "log": log.getvalue(),
        "mails": "".join(str(message.message()) for message in django_mail.outbox),
        "pages": "".join(page.content.decode() + str(page.headers) for page in pages),
        "export": export,
        "memory": repr(limits.connections),
    }
    found = {place: form for place, text in places.items() for form in forms(address) if form.lower() in text.lower()}
    assert found == {}


def test_the_search_would_find_an_address(client):
    from newsletter.models import ConsentEvent

    become_reader(client)
    event = ConsentEvent.objects.first()
    ConsentEvent.objects.create(subject_key=event.subject_key, kind="changed", at=event.at, reply="203.0.113.77")
    assert any(form in dump() for form in forms("203.0.113.77"))


def test_the_limiter_holds_no_address_even_in_memory(client):
    sign_up(client, REMOTE_ADDR=SENTINELS[0])
    (held,) = limits.connections._seen
    assert len(held) == 32
    assert ipaddress.ip_address(SENTINELS[0]).packed not in held


# --- The filter ------------------------------------------------------------------------------------------


SENTENCES = ("{}", "from {}: no", "[{}]:443", "'{}'", "a={} b", "({})", "{}, {}", "host:{} b")


@given(
    st.ip_addresses().filter(lambda address: int(address)),
    st.sampled_from(SENTENCES),
)
def test_every_address_is_removed_from_every_sentence(address, sentence):
    text = sentence.format(*[address] * 2)
    assert str(address) not in without_addresses(text)
    assert INSTEAD in without_addresses(text)


@pytest.mark.parametrize(
    "text", ["at 10:45:00", "Django 5.2.19", "std::vector", "a:b", "12:34", "sha256:abc", "/compare/a-vs-b/", "3.1.6,"]
)
def test_what_only_looks_like_an_address_stays(text):
    assert without_addresses(text) == text


@given(st.text())
def test_scrubbing_twice_is_scrubbing_once(text):
    once = without_addresses(text)
    assert without_addresses(once) == once


def test_every_handler_of_a_running_site_has_the_filter_once():
    scrub_every_handler()
    handlers = [*logging.getLogger().handlers, *logging.getLogger("django").handlers]
    ours = [handler for handler in handlers if any(isinstance(known, ScrubAddresses) for known in handler.filters)]
    assert ours == handlers
    assert all(sum(isinstance(known, ScrubAddresses) for known in handler.filters) == 1 for handler in handlers)


@pytest.mark.parametrize("path", ["confirm", "manage", "u"])
def test_the_token_of_a_mailed_link_reaches_no_log(path):
    from newsletter.log_redaction import without_addresses

    said = without_addresses(f"Not Found: /newsletter/{path}/SECRET-token.123/export/ from 203.0.113.77")
    assert "SECRET" not in said
    assert said.startswith(f"Not Found: /newsletter/{path}/…/export/")
