"""What a refusal says about the mailbox: gone, no room just now, or nothing at all.

Pure: no Django. One rule for answers of the relay, delivery reports and providers' events.
Statuses are those of RFC 3463 and its registry; what servers write in their place was read in
their manuals and in reports as they arrive. `docs/newsletter.md` shows the table.
"""

from __future__ import annotations

import enum
import re

LONGEST_TEXT = 4000
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \t:-])")


class Meaning(enum.Enum):
    """What a mail that was not delivered says about its mailbox."""

    GONE = "the mailbox does not exist or is closed"
    SOFT = "the mailbox may exist; it takes no mail now"
    POLICY = "this message or its sender was refused; nothing about the mailbox"


# No mailbox, no such domain, or closed for good. 5.1.7 to 5.1.9 speak of the sender. Exchange
# answers 5.4.1 (“Access denied”), 5.1.10 and 5.1.351 for a recipient nobody knows, 5.4.310 for a domain.
GONE = frozenset(
    {"5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.1.351", "5.2.1", "5.4.1", "5.4.4", "5.4.310"}
)
SOFT = frozenset({"5.2.2", "5.2.4", "5.3.1", "5.4.3", "5.4.5", "5.4.6", "5.4.7", "5.4.8", "5.4.14"})
ABOUT_THE_SENDER = frozenset({"5.1.7", "5.1.8", "5.1.9"})
# Too large (5.2.3, 5.3.4), protocol, content, security and policy.
POLICY_CLASSES = ("5.2.3.", "5.3.4.", "5.5.", "5.6.", "5.7.")
# These say only “it failed”: the words decide. Exim writes 5.0.0 for every refusal.
VAGUE = frozenset({"", "5.0.0", "5.1.0", "5.2.0", "5.3.0", "5.4.0", "5.5.0", "5.7.0", "5.7.1"})

FULL_WORDS = re.compile(
    r"over ?quota|quota (?:is )?exceeded|exceed\w* (?:\w+ ){0,3}(?:quota|storage)|mailbox (?:is )?(?:\w+ )?full|"
    r"(?:inbox|account|box) (?:is |was )?full|storage (?:space|limit|quota)|insufficient (?:system )?storage|"
    r"out of storage|disk full|not enough (?:disk )?space",
    re.IGNORECASE,
)
LATER_WORDS = re.compile(
    r"temporar|try again|gr[ea]ylist|timed? ?out|time-?out|connection (?:refused|reset|lost|dropped)|expired|"
    r"too long|deferred|retry|no route to host|network is unreachable|name server reply|lookup failure|"
    r"receiving (?:mail|email|messages) at a rate",
    re.IGNORECASE,
)
GONE_WORDS = re.compile(
    r"(?:user|recipient|mailbox|address|account|local part|alias|domain|host)(?: \w+)? (?:is )?unknown|"
    r"unknown (?:user|recipient|mailbox|address|account|local[- ]part|or illegal alias|domain|host)|"
    r"no such (?:user|recipient|mailbox|address|account|person|domain|host|local|alias)|"
    r"no (?:mailbox|account|user) (?:here )?(?:by|with) that name|no (?:mailbox|user) here|"
    r"(?:user|recipient|mailbox|address|account|domain|host)\b(?:(?!\. )[^;\n]){0,80}?\b(?:does not|doesn'?t|did not) exist|"
    r"(?:user|recipient|mailbox|address|account|domain|host)(?: name)?(?: was| is)?(?: \S+)?(?: was)? not found|"
    r"(?:recipient|mailbox|user|account|address)\b(?:(?!\. )[^;\n]){0,60}?\b(?:is |has been |was )"
    r"(?:disabled|deactivated|inactive|closed|suspended|terminated|deleted|removed|discontinued|cancelled)|"
    r"doesn'?t have an? \S+ account|does not have an? \S+ account|"
    r"(?:user|recipient|mailbox|account) not exist|name is not recogni[sz]ed|not listed in (?:\w+ )?directory|"
    r"invalid (?:recipient|mailbox|user|final delivery)|"
    r"not an? (?:known|valid|registered) (?:\w+ )?(?:user|recipient|mailbox|address)|"
    r"no longer (?:exists?|valid|in use|available|active|accepts? mail|works? (?:here|for)|employed|with)|"
    r"unrout(?:e)?able (?:address|mail domain|domain)|all relevant mx records point to non-existent hosts|"
    r"couldn'?t find any host|host or domain name not found|nxdomain|domain is not registered|"
    r"account (?:that you tried to reach )?(?:is )?(?:disabled|inactive|closed)|not our customer|"
    r"user (?:unknown|account is unavailable)|recipient address rejected: access denied",
    re.IGNORECASE,
)
POLICY_WORDS = re.compile(
    r"\bspam|black-?list|block-?list|\bblocked\b|\bbanned\b|policy|dmarc|\bspf\b|\bdkim\b|reputation|\bvirus|"
    r"malware|message (?:size|length|is too)|too large|(?:sent|sending) (?:to )?too (?:many|much|fast)|content (?:was )?(?:rejected|denied)|relay(?:ing)? (?:access )?denied|not permitted to relay|"
    r"rate limit|too many|(?<!not )listed (?:at|by|in|on)|\brbl\b|dnsbl|unsolicited|phish|sender (?:address )?rejected",
    re.IGNORECASE,
)
IRONPORT_UNKNOWN = re.compile(r"(?<!sender )address rejected", re.IGNORECASE)
OUTLOOK_UNAVAILABLE = re.compile(r"requested action not taken: mailbox unavailable", re.IGNORECASE)


def status_in(text: str) -> str:
    """Return the first enhanced status in `text`; empty when there is none."""
    found = STATUS.search(text)
    return found[1] if found else ""


def code_in(text: str) -> int:
    """Return the first three-digit code of a refusal in `text`; 0 when there is none."""
    found = CODE.search(text)
    return int(found[1]) if found else 0


def meaning_of(status: str, text: str = "") -> Meaning:
    """Return what a mail that failed for good with `status` and the server's words says.

    A status that says something decides; a vague one leaves it to the words. Where two statuses, or
    status and words, disagree, the milder counts, and nothing at all is soft: no reader is lost to a riddle.
    """
    text = text[:LONGEST_TEXT]
    found = [said for said in (status, *STATUS.findall(text)) if said]
    telling = [said for said in found if said not in VAGUE]
    if telling:
        return min((_by_status(said, text) for said in telling), key=MILDEST_FIRST.index)
    return _by_words(found[0] if found else "", text)


MILDEST_FIRST = (Meaning.POLICY, Meaning.SOFT, Meaning.GONE)


def _by_status(status: str, text: str) -> Meaning:
    if status.startswith("4."):
        return Meaning.SOFT
    if status in ABOUT_THE_SENDER or f"{status}.".startswith(POLICY_CLASSES):
        return Meaning.POLICY
    if status not in GONE or FULL_WORDS.search(text):
        return Meaning.SOFT
    if GONE_WORDS.search(text):
        return Meaning.GONE
    if POLICY_WORDS.search(text):
        return Meaning.POLICY
    return Meaning.SOFT if LATER_WORDS.search(text) else Meaning.GONE


def _by_words(status: str, text: str) -> Meaning:
    if FULL_WORDS.search(text):
        return Meaning.SOFT
    if POLICY_WORDS.search(text):
        return Meaning.POLICY
    if (
        GONE_WORDS.search(text)
        or (status == "5.1.0" and IRONPORT_UNKNOWN.search(text))
        or (status == "5.5.0" and OUTLOOK_UNAVAILABLE.search(text))
    ):
        return Meaning.GONE
    if LATER_WORDS.search(text) or not status.startswith(("5.5.", "5.7.")):
        return Meaning.SOFT
    return Meaning.POLICY
