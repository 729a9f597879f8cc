"""What strangers mail to our own mailboxes: bounces, complaints, wishes to leave, letters to a person.

Pure: no Django. Delivery reports (RFC 3464, RFC 6533, qmail's and other servers' own texts), feedback
reports (RFC 5965, RFC 6591, RFC 6430, Microsoft's JMRP), answers of machines (RFC 3834, RFC 8098).
Addresses in a report are used to find the right recipient and go nowhere else.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from newsletter.core.addresses import ascii_address
from newsletter.core.mime import Part, decoded_words, parameter, read_headers, read_mail
from newsletter.core.refusals import FULL_WORDS, GONE_WORDS, Meaning, code_in, meaning_of, status_in

KEY = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})@", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>;,\"()]+@[^\s<>;,\"()]+")
ADDRESS_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")
LONGEST_REASON = 2000
LONGEST_BODY = 20_000


class Kind(enum.Enum):
    """What a mail to one of our own mailboxes is."""

    BOUNCED = "the mailbox does not exist or is closed"
    SOFT = "the mailbox takes no mail now"
    REFUSED = "this message was refused; that says nothing about the mailbox"
    DELAYED = "still being tried"
    DELIVERED = "delivered, as a machine tells us unasked"
    COMPLAINED = "marked as spam"
    NOT_SPAM = "a complaint taken back"
    FEEDBACK = "another feedback report, for the operator"
    UNSUBSCRIBE = "asks to leave"
    ANSWERED = "a machine's answer: out of office, or a receipt"
    PERSON = "not understood: a person reads it"
    UNREADABLE = "cannot be read: set aside"


# A person has to look at these; the others are done with once they were acted on.
SET_ASIDE = frozenset({Kind.FEEDBACK, Kind.PERSON, Kind.UNREADABLE})
KIND_OF = {Meaning.GONE: Kind.BOUNCED, Meaning.SOFT: Kind.SOFT, Meaning.POLICY: Kind.REFUSED}
# How much a report takes from a reader. Where recipients of one report differ, the mildest counts.
MILDEST_FIRST = (Kind.DELIVERED, Kind.DELAYED, Kind.REFUSED, Kind.SOFT, Kind.BOUNCED)


@dataclass(frozen=True)
class Recipient:
    """What a delivery report says about one recipient; the addresses as it writes them, perhaps none."""

    kind: Kind
    status: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """`key` names the message it is about, `token` the reader's own address to leave (also of a complaint).

    `detail` is a status or a feedback type. `for_a_person`: somebody wrote words of their own.
    """

    kind: Kind
    key: str = ""
    token: str = ""
    detail: str = ""
    recipients: tuple[Recipient, ...] = ()
    for_a_person: bool = False

    def about(self, addresses: Iterable[str]) -> Report:
        """Return the report as it concerns one of `addresses`, where it names several recipients."""
        wanted = {ascii_address(address).lower() for address in addresses}
        ours = [row for row in self.recipients if wanted & {ascii_address(known).lower() for known in row.addresses}]
        if not ours:
            return self
        verdict = _mildest(ours)
        return replace(self, kind=verdict.kind, detail=verdict.status, recipients=(verdict,))


def read_report(raw: bytes, bounce_mailbox: str, unsubscribe_mailbox: str) -> Report:
    """Return what the mail `raw` is. Never raises: what cannot be read is UNREADABLE.

    The mailboxes are local parts; ours carry “+” and a key or token after them.
    """
    try:
        return classify(raw, bounce_mailbox, unsubscribe_mailbox)
    except Exception:  # no mail of a stranger may stop the reading of the next
        return Report(Kind.UNREADABLE)


def classify(raw: bytes, bounce_mailbox: str, unsubscribe_mailbox: str) -> Report:
    """The same without the safety net; tests show that it needs none."""
    mail = read_mail(raw)
    if not mail.headers:
        return Report(Kind.UNREADABLE)
    token = _after_plus(_addresses_of(mail), unsubscribe_mailbox)
    if token:
        return Report(Kind.UNSUBSCRIBE, token=token, for_a_person=_has_own_words(mail))
    found = _Origin.of(mail, bounce_mailbox, unsubscribe_mailbox)
    feedback = _feedback(mail)
    if feedback is not None:
        return found.report(feedback[0], detail=feedback[1])
    recipients = tuple(_recipients(mail))
    if recipients:
        verdict = _mildest(recipients)
        return found.report(verdict.kind, detail=verdict.status, recipients=recipients)
    if _is_receipt(mail):
        return Report(Kind.ANSWERED)
    if _is_from_a_mail_server(mail):
        reason = _words_of_a_bounce(mail)
        if reason:
            status = status_in(reason)
            return found.report(KIND_OF[meaning_of(status, reason)], detail=status or str(code_in(reason) or ""))
        return Report(Kind.PERSON)
    return Report(Kind.ANSWERED if _is_automatic(mail) else Kind.PERSON)


# --- Which of our messages it is about -----------------------------------------------------------


@dataclass(frozen=True)
class _Origin:
    key: str
    token: str

    @classmethod
    def of(cls, mail: Part, bounce_mailbox: str, unsubscribe_mailbox: str) -> _Origin:
        """Look for our key where it is surest first: return path, the report's fields, the mail sent back."""
        key = _after_plus(_addresses_of(mail), bounce_mailbox)
        texts = list(_texts_that_name_us(mail))
        if not KEY.fullmatch(f"{key}@"):
            key = next((found[1] for text in texts if (found := KEY.search(text))), "")
        token = "" if key else _after_plus(texts, unsubscribe_mailbox)
        return cls(key.lower(), token)

    def report(self, kind: Kind, **values) -> Report:
        """A report about our message; without a trace of one of ours, a person has to look."""
        if not (self.key or self.token):
            return Report(Kind.FEEDBACK if kind in (Kind.COMPLAINED, Kind.NOT_SPAM) else Kind.PERSON, **values)
        return Report(kind, self.key, self.token, **values)


def _addresses_of(mail: Part) -> list[str]:
    return [value for name in ADDRESS_HEADERS for value in mail.all(name)]


def _after_plus(texts: Iterable[str], mailbox: str) -> str:
    """Return what stands between “mailbox+” and “@” in the first address that has it."""
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(mailbox)}\+([A-Za-z0-9._-]+)@", re.IGNORECASE)
    return next((found[1].lower() for text in texts if (found := pattern.search(text))), "")


def _texts_that_name_us(mail: Part) -> Iterator[str]:
    """Yield every text of a report that may hold our key: fields of its status, then the mail sent back."""
    parts = list(mail.walk())
    for part in parts:
        if _is_status(part) or part.content_type == "message/feedback-report":
            yield part.text
    for part in parts[1:]:
        for name in ("message-id", "return-path", "list-unsubscribe"):
            yield from part.all(name)
    for part in parts:
        if not part.parts and part.content_type.startswith("text/"):
            yield part.text


# --- Feedback reports ------------------------------------------------------------------------------


def _feedback(mail: Part) -> tuple[Kind, str] | None:
    """Return what a feedback report says and its type; None for a mail that is none."""
    for part in mail.walk():
        if part.content_type == "message/feedback-report":
            word = next((value for name, value in read_headers(part.text) if name == "feedback-type"), "")
            return _kind_of_feedback(word)
    if parameter(mail.get("content-type"), "report-type").lower() == "feedback-report":
        return _kind_of_feedback("")
    # Microsoft's older reports are no reports: the mail sent back, with one header more.
    if any(part.get("x-hmxmroriginalrecipient") for part in mail.walk()):
        return _kind_of_feedback("abuse")
    return None


def _kind_of_feedback(word: str) -> tuple[Kind, str]:
    kind = re.sub(r"[^a-z-]", "", word.lower())[:20]
    known = {"abuse": Kind.COMPLAINED, "not-spam": Kind.NOT_SPAM, "opt-out": Kind.UNSUBSCRIBE}
    return known.get(kind, Kind.FEEDBACK), kind or "no type"


# --- Delivery reports -------------------------------------------------------------------------------


def _is_status(part: Part) -> bool:
    return part.content_type in ("message/delivery-status", "message/global-delivery-status")


def _recipients(mail: Part) -> Iterator[Recipient]:
    """Yield a verdict for every recipient the report speaks about."""
    for part in mail.walk():
        if not _is_status(part):
            continue
        for block in re.split(r"\n[ \t]*\n", re.sub(r"\r\n?", "\n", part.text)):
            fields = dict(reversed(read_headers(block.lstrip("\n"))))
            if "action" in fields or "status" in fields or "final-recipient" in fields:
                verdict = _verdict(fields)
                if verdict is not None:
                    yield verdict


def _verdict(fields: dict[str, str]) -> Recipient | None:
    """Return what one block says; None when it says nothing that can be used."""
    diagnosis = fields.get("diagnostic-code", "")[:LONGEST_REASON]
    status = status_in(fields.get("status", "")) or status_in(diagnosis)
    action = re.sub(r"[^a-z].*", "", fields.get("action", "").strip().lower())
    if not action and (status.startswith("5.") or code_in(diagnosis) >= 500):
        action = "failed"
    addresses = tuple(
        found[0].rstrip(".")
        for name in ("original-recipient", "final-recipient", "x-actual-recipient")
        if (found := ADDRESS.search(fields.get(name, "")[:LONGEST_REASON]))
    )
    match action:
        case "failed" | "failure":
            kind = KIND_OF[meaning_of(status, diagnosis)]
        case "delayed":
            kind = Kind.DELAYED
        case "delivered" | "relayed" | "expanded":
            kind = Kind.DELIVERED
        case _:
            return None
    return Recipient(kind, _telling(status, diagnosis), addresses)


def _telling(status: str, diagnosis: str) -> str:
    """Return the status that says most, for the record."""
    inner = status_in(diagnosis)
    return inner if inner and status.endswith(".0.0") else status or str(code_in(diagnosis) or "")


def _mildest(recipients: Iterable[Recipient]) -> Recipient:
    return min(recipients, key=lambda row: MILDEST_FIRST.index(row.kind))


# --- Reports in words only ---------------------------------------------------------------------------

DAEMONS = re.compile(r"mailer-?daemon", re.IGNORECASE)
SERVERS = re.compile(r"postmaster|mail ?delivery|\bmdaemon\b", re.IGNORECASE)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|failed|notification|problem|has failed)|mail delivery|failure notice|"
    r"returned (?:mail|to sender)|could not be delivered|non remis|unzustellbar|no se puede entregar|rejected",
    re.IGNORECASE,
)
# Where servers that write only words begin to quote the mail they send back.
COPY_BEGINS = re.compile(
    r"^.*(?:this is a copy of the message|copy of the message follows|below this line is a copy|"
    r"original message (?:follows|headers)|unsent message follows|------ this is a copy|-+ ?original message).*$",
    re.IGNORECASE | re.MULTILINE,
)


def _is_from_a_mail_server(mail: Part) -> bool:
    """Whether a server wrote it. A postmaster may be a person, so there the subject has to agree."""
    sender = decoded_words(mail.get("from"))
    if DAEMONS.search(sender) or mail.get("x-failed-recipients"):
        return True
    named = SERVERS.search(sender) or mail.get("return-path") == "<>"
    return bool(named and BOUNCE_SUBJECT.search(decoded_words(mail.get("subject"))))


def _words_of_a_bounce(mail: Part) -> str:
    """Return the reason a server gives in words; empty when there is none that means a refusal."""
    for part in mail.walk():
        if part.parts or not part.content_type.startswith("text/") or part.content_type == "text/html":
            continue
        own = COPY_BEGINS.split(part.text[:LONGEST_BODY], maxsplit=1)[0][:LONGEST_REASON]
        return own if _says_failed(own) else ""
    return ""


def _says_failed(text: str) -> bool:
    if re.search(
        r"still (?:being tried|trying)|will (?:be retried|keep trying|retry)|warning message only", text, re.I
    ):
        return False
    if status_in(text).startswith("5.") or code_in(text) >= 500:
        return True
    return bool(GIVEN_UP.search(text) or GONE_WORDS.search(text) or FULL_WORDS.search(text))


GIVEN_UP = re.compile(
    r"permanent (?:fatal )?error|given up|giving up|fatal error|could not be delivered|wasn'?t able to deliver|"
    r"delivery (?:has )?failed|undeliverable|was not delivered|did not reach|unable to deliver",
    re.IGNORECASE,
)


# --- Answers of machines ------------------------------------------------------------------------------


def _is_receipt(mail: Part) -> bool:
    return any(part.content_type == "message/disposition-notification" for part in mail.walk())


ABSENT = re.compile(
    r"out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response)|abwesen|automatische antwort|absen[ct]|"
    r"réponse automatique|respuesta automática|risposta automatica|on (?:vacation|holiday|leave)|urlaub|\baway\b",
    re.IGNORECASE,
)


def _is_automatic(mail: Part) -> bool:
    """Whether its own headers say that it answers a mail by itself; a subject alone proves nothing."""
    submitted = mail.get("auto-submitted").strip().lower()
    if submitted.startswith("auto-replied"):
        return True
    if submitted.startswith("auto-") and ABSENT.search(decoded_words(mail.get("subject"))):
        return True
    if mail.get("x-apple-unsubscribe"):
        return False  # a wish to leave, whatever else it calls itself
    if any(mail.get(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply")):
        return True
    return mail.get("precedence").strip().lower() in ("auto_reply", "auto-reply")


# --- Words of a person ----------------------------------------------------------------------------------

MOST_PLAIN_LETTERS = 3
# What mail programs write into a mail that asks to leave, and the words everybody writes.
LEAVING = re.compile(
    r"this (?:mail|e-?mail|message) was (?:automatically )?(?:generated|sent) by [^.\n]*\.?|"
    r"\w+(?: mail)? sent this (?:e-?mail|message) to unsubscribe from [^\n]*|"
    r"sent from (?:my )?\w+(?: mail)?|"
    r"\b(?:please|bitte|unsubscribe|remove|stop|me|from|the|this|your|list|mailing|newsletter|e-?mails?|thanks?|thank you"
    r"|abmelden|mich|vom|desinscribir|désabonner|se désinscrire)\b",
    re.IGNORECASE,
)


def _has_own_words(mail: Part) -> bool:
    """Whether a mail that asks to leave says more than that: somebody may ask for something else too."""
    said = decoded_words(mail.get("subject"))
    leaves = [part for part in mail.walk() if not part.parts]
    for wanted in ("text/plain", "text/html"):
        body = next((part.text[:LONGEST_BODY] for part in leaves if part.content_type == wanted), None)
        if body is not None:
            said += "\n" + (_without_tags(body) if wanted == "text/html" else _without_quotes(body))
            break
    return len(re.sub(r"\W", "", LEAVING.sub("", said))) > MOST_PLAIN_LETTERS


def _without_quotes(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(lines).split("\n-- \n")[0]


def _without_tags(html: str) -> str:
    visible = re.sub(r"(?is)<(style|head)\b.*?</\1>", " ", html)
    return re.sub(r"&\w+;", " ", re.sub(r"<[^<>]*>", " ", visible))
