"""What a mail provider's event says about a mailbox, from its own words rather than a common denominator.

Pure: no Django. django-anymail calls hard and soft bounces alike `bounced`; the difference stands
only in the provider's event. What names neither is soft: nobody is lost to a word we do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newsletter.core.refusals import Meaning, meaning_of, status_in

GONE, SOFT, POLICY = Meaning.GONE, Meaning.SOFT, Meaning.POLICY
Event = Mapping[str, Any]


def _at(event: Event, *names: str) -> str:
    """Return the text at a path of names, in lower case; empty when there is none."""
    value: Any = event
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value).lower() if value is not None else ""


POSTMARK = {
    "hardbounce": GONE,
    "bademailaddress": GONE,
    "blocked": POLICY,
    "spamnotification": POLICY,
    "dmarcpolicy": POLICY,
    "virusnotification": POLICY,
    "smtpapierror": POLICY,
    "templaterenderingfailed": POLICY,
    "manuallydeactivated": POLICY,
    "unconfirmed": POLICY,
}
BREVO = {"hard_bounce": GONE, "invalid_email": GONE, "blocked": POLICY, "error": POLICY}
SES = {"permanent": GONE}
SES_ABOUT_THE_MESSAGE = frozenset({"contentrejected", "attachmentrejected", "messagetoolarge"})
RESEND = {"permanent": GONE}
MAILGUN = {"temporary": SOFT}  # permanent ones are also refusals of content: code and words decide
SENDGRID = {"blocked": POLICY, "expired": SOFT}
MANDRILL = {"hard_bounce": GONE, "reject": POLICY}
MAILERSEND = {"hard_bounced": GONE}
UNISENDER = {"hard_bounced": GONE}
SPARKPOST = {
    **dict.fromkeys(("10", "30"), GONE),
    **dict.fromkeys(("25", "50", "51", "52", "53", "54", "80"), POLICY),
}


def _ses(event: Event) -> Meaning | None:
    if _at(event, "bounce", "bounceSubType") in SES_ABOUT_THE_MESSAGE:
        return POLICY
    return SES.get(_at(event, "bounce", "bounceType"), SOFT)


def _resend(event: Event) -> Meaning | None:
    kind = _at(event, "data", "bounce", "type")
    if kind:
        return RESEND.get(kind, SOFT)
    return GONE if "hard bounce" in _at(event, "data", "bounce", "message") else SOFT


def _mailjet(event: Event) -> Meaning | None:
    if _at(event, "event") == "blocked":
        return POLICY
    return GONE if _at(event, "hard_bounce") in ("true", "1") else SOFT


BY_PROVIDER: dict[str, Callable[[Event], Meaning | None]] = {
    "postmark": lambda event: POSTMARK.get(_at(event, "Type") or _at(event, "SuppressionReason"), SOFT),
    "brevo": lambda event: BREVO.get(_at(event, "event"), SOFT),
    "sendinblue": lambda event: BREVO.get(_at(event, "event"), SOFT),
    "amazon ses": _ses,
    "resend": _resend,
    "mailjet": _mailjet,
    "mailgun": lambda event: MAILGUN.get(_at(event, "severity") or _at(event, "event-data", "severity")),
    "sendgrid": lambda event: SENDGRID.get(_at(event, "type")),
    "mandrill": lambda event: MANDRILL.get(_at(event, "event"), SOFT),
    "mailersend": lambda event: MAILERSEND.get(_at(event, "data", "type"), SOFT),
    "unisender go": lambda event: UNISENDER.get(_at(event, "status"), SOFT),
    "sparkpost": lambda event: SPARKPOST.get(_at(event, "bounce_class"), SOFT),
}


# Reasons as django-anymail names them, for providers without a line above.
BY_REASON = {"invalid": GONE, "blocked": POLICY, "spam": POLICY, "other": POLICY, "timed_out": SOFT}


def bounce_meaning(provider: str, event: Event | None, reason: str = "", words: str = "") -> Meaning:
    """Return what a bounce, rejection or failure that `provider` reports says about the mailbox.

    `event` is the provider's own, `reason` anymail's name for it, `words` the server's answer or a description.
    """
    own = BY_PROVIDER.get(provider.lower())
    said = own(event) if own is not None and isinstance(event, Mapping) and event else None
    if said is not None:
        return said
    return BY_REASON.get(reason) or meaning_of(status_in(words), words)


def complaint_kind(provider: str, description: str) -> str:
    """Return the type of feedback behind a provider's complaint: abuse where it names none."""
    word = description.strip().lower()
    return word if provider.lower() == "amazon ses" and word else "abuse"
