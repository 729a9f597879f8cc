"""Mails as strangers write them, made for the tests: shapes of servers and people, words of our own.

Each is a function of the message it is about: `key` (of its Message-ID and return path), `token` (of the
reader's own address to leave) and the reader's `address`.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.core.reports import Kind

HOME = "news.example"


@dataclass(frozen=True)
class About:
    """What a mail may be about."""

    key: str
    token: str
    address: str


@dataclass(frozen=True)
class Stranger:
    """A mail and what it has to do: its kind, the reader's state afterwards, whether a person reads it."""

    name: str
    group: str
    write: Callable[[About], bytes]
    kind: Kind
    state: str = "confirmed"
    set_aside: bool = False


def lines(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


def original(about: About) -> list[str]:
    """The headers of our own mail as it comes back."""
    return [
        f"Return-Path: <bounce+{about.key}@{HOME}>",
        f"Message-ID: <{about.key}@{HOME}>",
        f"To: {about.address}",
        "Subject: What changed",
        f"List-Unsubscribe: <https://{HOME}/newsletter/u/x>, <mailto:unsubscribe+{about.token}@{HOME}>",
    ]


def returned(about: About) -> list[str]:
    return ["Content-Type: message/rfc822", "", *original(about), "", "The week in short."]


def dsn(about: About, *blocks: list[str], to: str = "", sender: str = "MAILER-DAEMON@mx.example", **options) -> bytes:
    """RFC 3464 as servers write it. Options: `said` (the words part), `status_type`, `encode`, `last` (third part)."""
    to = to or f"bounce+{about.key}@{HOME}"
    status = ["Reporting-MTA: dns; mx.example", ""]
    for block in blocks:
        status += [*block, ""]
    text = "\r\n".join(status)
    kind = options.get("status_type", "message/delivery-status")
    head = [f"Content-Type: {kind}"]
    if options.get("encode") == "base64":
        head.append("Content-Transfer-Encoding: base64")
        text = base64.encodebytes(text.encode()).decode()
    elif options.get("encode") == "quoted-printable":
        head.append("Content-Transfer-Encoding: quoted-printable")
        text = quopri.encodestring(text.encode()).decode()
    return lines(
        "Return-Path: <>",
        f"From: Mail Delivery System <{sender}>",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b/1"',
        "",
        "This is a MIME-encapsulated message.",
        "",
        "--=_b/1",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        options.get("said", "The mail could not be brought to one recipient or more."),
        "--=_b/1",
        *head,
        "",
        text,
        "--=_b/1",
        *options.get("last", returned(about)),
        "--=_b/1--",
        "",
    )


def failed(about: About, status: str, said: str = "", address: str = "", action: str = "failed") -> list[str]:
    rows = [f"Final-Recipient: rfc822; {address or about.address}", f"Action: {action}", f"Status: {status}"]
    return [*rows, f"Diagnostic-Code: smtp; {said}"] if said else rows


def words(about: About, *rows: str, sender: str = "MAILER-DAEMON@mx.example", subject: str = "failure notice") -> bytes:
    """A bounce without a delivery status: words, then a copy of the mail."""
    return lines(
        "Return-Path: <>",
        f"From: {sender}",
        f"To: bounce+{about.key}@{HOME}",
        f"Subject: {subject}",
        "",
        *rows,
        "",
    )


QMAIL = (
    "Hi. This is the qmail-send program at mx.example.",
    "I was not able to deliver your message. I've given up.",
    "",
)
QMAIL_COPY = "--- Below this line is a copy of the message."


def _qmail(about: About, reason: str) -> bytes:
    return words(about, *QMAIL, f"<{about.address}>:", reason, "", QMAIL_COPY, "", *original(about), "", "The week.")


def _exim_words(about: About) -> bytes:
    mail = words(
        about,
        "This message was created automatically by mail delivery software.",
        "The following address failed:",
        "",
        f"  {about.address}",
        "    Unrouteable address",
        "",
        "------ This is a copy of the message, including all the headers. ------",
        "",
        *original(about),
        subject="Mail delivery failed: returning message to sender",
    )
    return f"X-Failed-Recipients: {about.address}\r\n".encode() + mail


def _no_key_in_the_address(about: About) -> bytes:
    return dsn(about, failed(about, "5.1.1", "550 5.1.1 User unknown"), to=f"postmaster@{HOME}")


def _redacted(about: About) -> bytes:
    last = ["Content-Type: text/rfc822-headers", "", "To: [redacted]", *original(about)[4:]]
    block = ["Final-Recipient: rfc822; [redacted]", "Action: failed", "Status: 5.1.1"]
    return dsn(about, block, to=f"postmaster@{HOME}", last=last)


def _several(about: About, other: list[str]) -> bytes:
    return dsn(about, other, failed(about, "5.1.1", "550 5.1.1 No such user"))


DEAD = [
    ("postfix, user unknown", lambda a: dsn(a, failed(a, "5.1.1", f"550 5.1.1 <{a.address}>: Recipient address rejected: User unknown"))),
    ("gmail, no such account", lambda a: dsn(a, failed(a, "5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 https://support.example/?p=NoSuchUser"))),
    ("exchange online, access denied", lambda a: dsn(a, failed(a, "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. [AM0.mail.example]"))),
    ("exchange online, not found by the directory", lambda a: dsn(a, failed(a, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"))),
    ("exim, 5.0.0 with words", lambda a: dsn(a, failed(a, "5.0.0", "550 Unknown user"))),
    ("exim, 5.0.0 with the real status in the words", lambda a: dsn(a, failed(a, "5.0.0", "550 5.1.1 nobody of that name"))),
    ("exim, words only", _exim_words),
    ("qmail, no such user", lambda a: _qmail(a, "Sorry, no mailbox here by that name. (#5.1.1)")),
    ("qmail, remote host", lambda a: _qmail(a, "203.0.113.9 does not like recipient.\r\nRemote host said: 550 User unknown")),
    ("account closed", lambda a: dsn(a, failed(a, "5.2.1", "550 5.2.1 The email account is disabled."))),
    ("no such domain", lambda a: dsn(a, failed(a, "5.1.2", "Host or domain name not found. Name service error for name=gone.example type=MX: Host not found"))),
    ("postfix, domain without a host", lambda a: dsn(a, failed(a, "5.4.4", "Host or domain name not found. Name service error for name=gone.example type=A: Host not found"))),
    ("status sent as base64", lambda a: dsn(a, failed(a, "5.1.1", "550 User unknown"), encode="base64")),
    ("status sent as quoted-printable", lambda a: dsn(a, failed(a, "5.1.1", "550 User unknown"), encode="quoted-printable")),
    ("internationalised status", lambda a: dsn(a, failed(a, "5.1.1", "550 Empfänger unbekannt"), status_type="message/global-delivery-status")),
    ("two recipients, ours the second", lambda a: _several(a, failed(a, "2.0.0", address="else@example.net", action="relayed"))),
    ("key only in the mail sent back", _no_key_in_the_address),
    ("addresses redacted, our own address to leave left", _redacted),
    ("yahoo, no account, no status", lambda a: dsn(a, failed(a, "5.0.0", "554 delivery error: dd This user doesn't have a yahoo.com account (x) [0]"))),
    ("outlook.com, mailbox unavailable", lambda a: dsn(a, failed(a, "5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."))),
]  # fmt: skip
FULL = [
    ("mailbox full", lambda a: dsn(a, failed(a, "5.2.2", "552 5.2.2 The email account is over quota."))),
    ("mailbox full in words only", lambda a: dsn(a, failed(a, "5.0.0", "550 Mailbox quota exceeded"))),
    ("given up after days, 4.4.7", lambda a: dsn(a, failed(a, "4.4.7", "delivery temporarily suspended: message expired"))),
    ("given up, no answer, 4.4.1", lambda a: dsn(a, failed(a, "4.4.1", "connect to mx.example: Connection timed out"))),
    ("gmail, too much mail for one reader", lambda a: dsn(a, failed(a, "5.2.1", "550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages"))),
    ("failed without a reason", lambda a: dsn(a, failed(a, "5.0.0"))),
    ("qmail, quota", lambda a: _qmail(a, "The users mailfolder is over the allowed quota (size). (#5.2.2)")),
    ("two recipients, one of them alive", lambda a: dsn(a, failed(a, "5.1.1", "550 No such user", address="a@example.net"), failed(a, "5.2.2", "552 full", address="b@example.net"))),
]  # fmt: skip
AGAINST_US = [
    ("blocked for spam", lambda a: dsn(a, failed(a, "5.7.1", "554 5.7.1 Service unavailable; client host [203.0.113.9] blocked using rbl.example"))),
    ("a wrong status beside a block", lambda a: dsn(a, failed(a, "5.1.1", "550 5.7.1 IP address blacklisted by recipient"))),
]  # fmt: skip
NO_FAILURE = [
    ("still being tried", lambda a: dsn(a, failed(a, "4.4.1", "Connection timed out", action="delayed")), Kind.DELAYED),
    ("delivered, told unasked", lambda a: dsn(a, failed(a, "2.0.0", "250 ok", action="delivered")), Kind.DELIVERED),
]


def arf(about: About, kind: str | None, *, last: list[str] | None = None, to: str = f"abuse@{HOME}") -> bytes:
    """RFC 5965 as mailbox providers write it."""
    fields = [f"Feedback-Type: {kind}"] if kind else []
    return lines(
        "From: <fbl@provider.example>",
        f"To: {to}",
        "Subject: FW: What changed",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="f"',
        "",
        "--f",
        "Content-Type: text/plain",
        "",
        "This is a report about a mail from your network.",
        "--f",
        "Content-Type: message/feedback-report",
        "",
        *fields,
        "User-Agent: Provider/1",
        "Version: 1",
        "",
        "--f",
        *(last or returned(about)),
        "--f--",
        "",
    )


def _jmrp(about: About) -> bytes:
    return lines(
        "From: <staff@hotmail.com>",
        f"To: abuse@{HOME}",
        "Subject: complaint about message from 203.0.113.9",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="j"',
        "",
        "--j",
        "Content-Type: message/rfc822",
        "",
        f"X-HmXmrOriginalRecipient: {about.address}",
        *original(about),
        "",
        "The week.",
        "--j--",
    )


def _redacted_complaint(about: About) -> bytes:
    headers = ["Content-Type: text/rfc822-headers", "", "To: redacted@provider.example", *original(about)[4:]]
    return arf(about, "abuse", last=headers)


FEEDBACK = [
    ("abuse", lambda a: arf(a, "abuse"), Kind.COMPLAINED, "complained", False),
    ("abuse in capitals, from another mailbox", lambda a: arf(a, "Abuse", to=f"fbl@{HOME}"), Kind.COMPLAINED, "complained", False),
    ("microsoft, older form", _jmrp, Kind.COMPLAINED, "complained", False),
    ("abuse, addresses and Message-ID redacted", _redacted_complaint, Kind.COMPLAINED, "complained", False),
    ("authentication failure", lambda a: arf(a, "auth-failure"), Kind.FEEDBACK, "confirmed", True),
    ("fraud", lambda a: arf(a, "fraud"), Kind.FEEDBACK, "confirmed", True),
    ("a type nobody knows", lambda a: arf(a, "x-mood"), Kind.FEEDBACK, "confirmed", True),
    ("no type at all", lambda a: arf(a, None), Kind.FEEDBACK, "confirmed", True),
    ("not spam, and nobody complained", lambda a: arf(a, "not-spam"), Kind.NOT_SPAM, "confirmed", False),
    ("wants out", lambda a: arf(a, "opt-out"), Kind.UNSUBSCRIBE, "unsubscribed", False),
]  # fmt: skip


def letter(
    about: About, subject: str, *body: str, to: str = f"newsletter@{HOME}", headers: tuple[str, ...] = ()
) -> bytes:
    """A mail somebody or something wrote."""
    return lines(
        f"From: A Reader <{about.address}>",
        f"To: {to}",
        f"Subject: {subject}",
        *headers,
        "",
        *(body or ("Hello.",)),
        "",
    )


def _to_return_path(about: About) -> str:
    return f"bounce+{about.key}@{HOME}"


ABSENT = [
    ("auto-replied", lambda a: letter(a, "Out of office", "Back on Monday.", to=_to_return_path(a), headers=("Auto-Submitted: auto-replied",))),
    ("exchange", lambda a: letter(a, "Automatic reply: What changed", headers=("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"))),
    ("german", lambda a: letter(a, "=?utf-8?q?Abwesenheitsnotiz=3A_Urlaub?=", headers=("Auto-Submitted: auto-generated",))),
    ("x-autoreply", lambda a: letter(a, "Re: What changed", "I am away.", headers=("X-Autoreply: yes",))),
    ("precedence", lambda a: letter(a, "Away", headers=("Precedence: auto_reply",))),
    ("a receipt", lambda a: lines(f"From: {a.address}", f"To: newsletter@{HOME}", "Subject: Read: What changed", 'Content-Type: multipart/report; report-type=disposition-notification; boundary="m"', "", "--m", "Content-Type: text/plain", "", "Read.", "--m", "Content-Type: message/disposition-notification", "", "Disposition: manual-action/MDN-sent-manually; displayed", "--m--")),
]  # fmt: skip
PEOPLE = [
    ("erase my data", lambda a: letter(a, "my data", "Please erase my data.")),
    ("erase my data, to the return path", lambda a: letter(a, "my data", "Please erase my data.", to=_to_return_path(a))),
    ("a question", lambda a: letter(a, "Question", "How do you count ties?")),
    ("away, by the subject alone", lambda a: letter(a, "Out of office? Your numbers are", "They are old.")),
    ("a postmaster who is a person", lambda a: letter(a, "Your mails", "They fail with 550 5.7.1 here, please mend your SPF.").replace(b"A Reader <", b"Postmaster <postmaster-")),
    ("quotes a bounce", lambda a: letter(a, "Fwd: failure notice", f"> <{a.address}>: 550 5.1.1 User unknown", "Is that from you?")),
    ("html only", lambda a: letter(a, "Hello", "<p>I moved; my <b>new address</b> is below.</p>", headers=("Content-Type: text/html",))),
    ("a machine that is no answer", lambda a: letter(a, "Abuse ticket 17", "We got a report.", headers=("Auto-Submitted: auto-generated",))),
    ("bounce of a mail that is not ours", lambda a: dsn(About("0" * 32, "x", a.address), failed(a, "5.1.1"))),
    ("asks to leave with a forged token", lambda a: letter(a, "unsubscribe", to=f"unsubscribe+nobody.1.{'0' * 24}@{HOME}")),
]  # fmt: skip
LEAVING = [
    ("empty", lambda a: letter(a, "unsubscribe", "", to=f"unsubscribe+{a.token}@{HOME}"), False),
    ("gmail's words", lambda a: letter(a, "Unsubscribe", "This message was automatically generated by Gmail.", to=f"unsubscribe+{a.token}@{HOME}"), False),
    ("icloud's words", lambda a: letter(a, "unsubscribe", "Apple Mail sent this email to unsubscribe from the message “What changed”.", to=f"<unsubscribe+{a.token}@{HOME}>", headers=("Auto-Submitted: auto-replied", "X-Apple-Unsubscribe: true")), False),
    ("and wants more", lambda a: letter(a, "unsubscribe", "And please erase my data.", to=f"Unsubscribe+{a.token.upper()}@{HOME}"), True),
]  # fmt: skip


def _deep(about: About) -> bytes:
    rows: list[str] = []
    for level in range(40):
        rows += [f'Content-Type: multipart/mixed; boundary="{level}"', "", f"--{level}"]
    return letter(about, "deep") + lines(*rows)


MALFORMED = [
    ("nothing", lambda a: b"", Kind.UNREADABLE),
    ("null bytes", lambda a: b"\0" * 50, Kind.UNREADABLE),
    ("no header", lambda a: b"\r\n\r\nhello", Kind.UNREADABLE),
    ("empty status", lambda a: dsn(a, ["Final-Recipient: rfc822; x@example.net", "Action: failed", "Status: "]), Kind.SOFT),
    ("a status with a comment", lambda a: dsn(a, ["Final-Recipient: rfc822;", "Action: FAILED (really)", "Status: 5.2.2 (mailbox full)"]), Kind.SOFT),
    ("no boundary named", lambda a: dsn(a, failed(a, "5.2.2", "full")).replace(b'; boundary="=_b/1"', b""), Kind.SOFT),
    ("another boundary named", lambda a: dsn(a, failed(a, "5.2.2", "full")).replace(b'boundary="=_b/1"', b'boundary="other"'), Kind.SOFT),
    ("cut off in the middle", lambda a: dsn(a, failed(a, "5.2.2", "full"))[:760], Kind.SOFT),
    ("a charset nobody has", lambda a: letter(a, "=?no-such-charset?q?=FF=FE?=", headers=("Content-Type: text/plain; charset=no-such",)), Kind.PERSON),
    ("a date and addresses that are none", lambda a: letter(a, "x").replace(b"To: ", b"Date: \xff\xff\r\nCc: <<<>>>,,;@\r\nTo: "), Kind.PERSON),
    ("deeper than anybody reads", _deep, Kind.PERSON),
    ("broken base64", lambda a: dsn(a, failed(a, "5.2.2", "552 full"), encode="base64").replace(b"Uw==", b"U"), Kind.SOFT),
    ("bare line feeds", lambda a: dsn(a, failed(a, "5.2.2", "full")).replace(b"\r\n", b"\n"), Kind.SOFT),
    ("one endless line", lambda a: letter(a, "x", "a" * 200_000), Kind.PERSON),
    ("a parameter in pieces", lambda a: dsn(a, failed(a, "5.2.2", "full")).replace(b'boundary="=_b/1"', b'boundary*0="=_"; boundary*1="b/1"'), Kind.SOFT),
    ("an address with a null byte", lambda a: letter(a, "x", to=f"unsubscribe+\0{a.token}@{HOME}"), Kind.PERSON),
]  # fmt: skip

STRANGERS: list[Stranger] = [
    *(Stranger(name, "dead", write, Kind.BOUNCED, "bounced") for name, write in DEAD),
    *(Stranger(name, "soft", write, Kind.SOFT) for name, write in FULL),
    *(Stranger(name, "against us", write, Kind.REFUSED) for name, write in AGAINST_US),
    *(Stranger(name, "no failure", write, kind) for name, write, kind in NO_FAILURE),
    *(Stranger(name, "feedback", write, kind, state, aside) for name, write, kind, state, aside in FEEDBACK),
    *(Stranger(name, "absent", write, Kind.ANSWERED) for name, write in ABSENT),
    *(Stranger(name, "person", write, Kind.PERSON, set_aside=True) for name, write in PEOPLE),
    *(Stranger(name, "leaving", write, Kind.UNSUBSCRIBE, "unsubscribed", aside) for name, write, aside in LEAVING),
    *(
        Stranger(name, "malformed", write, kind, set_aside=kind in (Kind.UNREADABLE, Kind.PERSON))
        for name, write, kind in MALFORMED
    ),
]
