"""Providers' own events, through django-anymail's own views: which of them end a subscription."""

import json

import pytest
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.test import RequestFactory

from newsletter.bounces import webhooks
from newsletter.core.provider_events import BY_PROVIDER, bounce_meaning
from newsletter.core.refusals import Meaning
from newsletter.models import Delivery, Subscriber, Suppression
from newsletter.tests.people import NOW, make_subscriber, prepared_issue

State, Outcome = Delivery.State, Delivery.Outcome
GONE, SOFT, REFUSED = Outcome.BOUNCED, Outcome.SOFT, Outcome.REFUSED


def view_of(cls, **settings):
    """A webhook view whose secrets nobody needs here."""
    view = cls.__new__(cls)
    view.__dict__.update(settings)
    return view


def ses(event: dict) -> list:
    return AmazonSESTrackingWebhookView.esp_to_anymail_events(
        view_of(AmazonSESTrackingWebhookView),
        {"mail": {"messageId": "id-1", "destination": ["a@b.example"]}, **event},
        {},
    )


def ses_bounce(kind: str, detail: str = "General") -> list:
    bounced = [{"emailAddress": "a@b.example"}]
    return ses(
        {"eventType": "Bounce", "bounce": {"bounceType": kind, "bounceSubType": detail, "bouncedRecipients": bounced}}
    )


def ses_complaint(kind: str | None) -> list:
    said = {"complaintFeedbackType": kind} if kind else {}
    return ses(
        {"eventType": "Complaint", "complaint": {**said, "complainedRecipients": [{"emailAddress": "a@b.example"}]}}
    )


def resend(bounce: dict) -> list:
    request = RequestFactory().post("/")
    event = {
        "type": "email.bounced",
        "created_at": "2026-07-06T08:00:00Z",
        "data": {"email_id": "id-1", "bounce": bounce},
    }
    return [view_of(ResendTrackingWebhookView).esp_to_anymail_event(event, request)]


def of(cls, event: dict) -> list:
    return [view_of(cls).esp_to_anymail_event(event)]


def postmark(kind: str, record: str = "Bounce") -> list:
    return of(
        PostmarkTrackingWebhookView,
        {"RecordType": record, "Type": kind, "ID": 7, "MessageID": "id-1", "BouncedAt": "2026-07-06T08:00:00Z"},
    )


def brevo(event: str, reason: str = "") -> list:
    return of(
        BrevoTrackingWebhookView, {"event": event, "message-id": "id-1", "email": "a@b.example", "reason": reason}
    )


def sparkpost(number: str) -> list:
    view = view_of(SparkPostTrackingWebhookView)
    return [
        view.esp_to_anymail_event(
            "message_event", {"type": "bounce", "bounce_class": number, "transmission_id": "id-1", "timestamp": "1"}, {}
        )
    ]


def sendgrid(**event) -> list:
    return of(
        SendGridTrackingWebhookView,
        {"event": "bounce", "timestamp": 1, "smtp-id": "id-1", "email": "a@b.example", **event},
    )


def mailgun(message: str, severity: str = "permanent") -> list:
    data = {"event": "failed", "severity": severity, "reason": "bounce", "timestamp": 1, "recipient": "a@b.example"}
    data |= {"message": {"headers": {"message-id": "id-1"}}, "delivery-status": {"message": message}}
    return of(MailgunTrackingWebhookView, {"event-data": data})


def mandrill(event: str) -> list:
    return [
        view_of(MandrillCombinedWebhookView).mandrill_tracking_to_anymail_event(
            {"event": event, "_id": "id-1", "ts": 1, "msg": {"email": "a@b.example"}}
        )
    ]


def mailersend(kind: str) -> list:
    return of(
        MailerSendTrackingWebhookView,
        {"data": {"type": kind, "created_at": "2026-07-06T08:00:00Z", "email": {"message": {"id": "id-1"}}}},
    )


def mailjet(**event) -> list:
    return of(
        MailjetTrackingWebhookView, {"event": "bounce", "time": 1, "MessageID": "id-1", "email": "a@b.example", **event}
    )


EVENTS = [
    ("postmark, soft", postmark("SoftBounce"), SOFT),
    ("postmark, hard", postmark("HardBounce"), GONE),
    ("postmark, blocked", postmark("Blocked"), REFUSED),
    ("postmark, no address", postmark("BadEmailAddress"), GONE),
    ("brevo, soft", brevo("soft_bounce"), SOFT),
    ("brevo, soft with a dead word", brevo("soft_bounce", "550 5.1.1 user unknown"), SOFT),
    ("brevo, hard", brevo("hard_bounce"), GONE),
    ("brevo, invalid", brevo("invalid_email"), GONE),
    ("brevo, blocked", brevo("blocked"), REFUSED),
    ("resend, transient", resend({"type": "Transient", "subType": "MailboxFull", "message": "… sent a bounce message because the inbox was full."}), SOFT),
    ("resend, undetermined", resend({"type": "Undetermined", "message": "… sent a hard bounce message"}), SOFT),
    ("resend, permanent", resend({"type": "Permanent", "subType": "General", "message": "…"}), GONE),
    ("resend, general, older form", resend({"message": "The recipient's email provider sent a general bounce message."}), SOFT),
    ("resend, hard, older form", resend({"message": "The recipient's email provider sent a hard bounce message."}), GONE),
    ("ses, transient", ses_bounce("Transient", "MailboxFull"), SOFT),
    ("ses, undetermined", ses_bounce("Undetermined", "Undetermined"), SOFT),
    ("ses, content", ses_bounce("Transient", "ContentRejected"), REFUSED),
    ("ses, permanent", ses_bounce("Permanent"), GONE),
    ("sparkpost, full", sparkpost("22"), SOFT),
    ("sparkpost, invalid", sparkpost("10"), GONE),
    ("sparkpost, spam", sparkpost("51"), REFUSED),
    ("sendgrid, full", sendgrid(type="bounce", reason="552 5.2.2 over quota"), SOFT),
    ("sendgrid, unknown", sendgrid(type="bounce", reason="550 5.1.1 no such user"), GONE),
    ("sendgrid, blocked", sendgrid(type="blocked", reason="550 5.1.1 no such user"), REFUSED),
    ("mailgun, unknown", mailgun("5.1.1 user unknown"), GONE),
    ("mailgun, spam", mailgun("554 5.7.1 spam"), REFUSED),
    ("mandrill, soft", mandrill("soft_bounce"), SOFT),
    ("mandrill, hard", mandrill("hard_bounce"), GONE),
    ("mailersend, soft", mailersend("soft_bounced"), SOFT),
    ("mailersend, hard", mailersend("hard_bounced"), GONE),
    ("mailjet, soft", mailjet(hard_bounce=False, error="quota exceeded"), SOFT),
    ("mailjet, hard", mailjet(hard_bounce=True, error="user unknown"), GONE),
    ("ses, complaint", ses_complaint("abuse"), Outcome.COMPLAINED),
    ("ses, complaint without a type", ses_complaint(None), Outcome.COMPLAINED),
    ("ses, authentication", ses_complaint("auth-failure"), Outcome.NONE),
    ("ses, not spam", ses_complaint("not-spam"), Outcome.NONE),
]  # fmt: skip
PROVIDER_OF = {"ses": "Amazon SES", "sendgrid": "SendGrid"}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "events", "outcome"), EVENTS, ids=[name for name, _, _ in EVENTS])
def test_only_a_mailbox_that_is_gone_or_a_complaint_ends_a_subscription(name, events, outcome):
    make_subscriber("a@b.example")
    row = prepared_issue().deliveries.get()
    Delivery.objects.update(state=State.SENT, sent_at=NOW, provider_id="id-1")
    provider = name.partition(",")[0]
    for event in events:
        if event.message_id == "<id-1>":
            event.message_id = "id-1"  # as anymail's backend stores it, without brackets here
        webhooks.on_tracking(sender=None, event=event, esp_name=PROVIDER_OF.get(provider, provider.title()))
    row.refresh_from_db()
    assert row.outcome == outcome
    ended = outcome in (Outcome.BOUNCED, Outcome.COMPLAINED)
    assert (Subscriber.objects.get().state != Subscriber.State.CONFIRMED) is ended
    assert Suppression.objects.exists() is ended


@pytest.mark.parametrize("event", [None, {}, {"bounce": None}, {"Type": 7}, {"data": "x"}, {"bounce": []}, "text"])
@pytest.mark.parametrize("provider", [*BY_PROVIDER, "nobody", ""])
def test_an_event_nobody_understands_takes_no_reader_away(provider, event):
    assert bounce_meaning(provider, event) in (Meaning.SOFT, Meaning.POLICY)


def test_every_event_here_is_plain_data():
    for _, events, _ in EVENTS:
        assert json.dumps([event.esp_event for event in events])
