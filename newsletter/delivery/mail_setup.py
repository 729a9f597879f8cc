"""Is the domain ready for mail that providers accept? SPF, DKIM, DMARC by DNS, and our own settings.

`lookup(name, kind)` returns the texts of a DNS answer, an empty list when there is none, and
raises `LookupFailed` when nobody answered. Tests pass their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsletter import conf
from newsletter.core.addresses import ascii_domain, domain_of
from newsletter.core.regimes import load_regimes

Lookup = Callable[[str, str], list[str]]


class LookupFailed(Exception):
    """DNS did not answer; this says nothing about the record."""


@dataclass(frozen=True)
class Finding:
    """One sentence about the setup. `level`: ok, note (worth knowing) or problem (mail would suffer)."""

    level: str
    text: str


def ok(text: str) -> Finding:
    return Finding("ok", text)


def note(text: str) -> Finding:
    return Finding("note", text)


def problem(text: str) -> Finding:
    return Finding("problem", text)


def check(lookup: Lookup) -> list[Finding]:
    """Return all findings, settings first."""
    findings = settings_findings()
    try:
        from_domain = ascii_domain(domain_of(parseaddr(conf.sender())[1]))
    except ImproperlyConfigured as error:
        return [*findings, problem(str(error))]
    path_domain = ascii_domain(conf.mail_domain())
    for look in (
        lambda: spf_findings(lookup, path_domain),
        lambda: dkim_findings(lookup, from_domain),
        lambda: dmarc_findings(lookup, from_domain, path_domain),
        lambda: incoming_findings(lookup, path_domain),
    ):
        try:
            findings += look()
        except LookupFailed as error:
            findings.append(problem(f"DNS did not answer: {error}. Look at the network and run this again."))
    return findings


def settings_findings() -> list[Finding]:
    """What the settings alone tell."""
    findings = []
    if not settings.SITE_URL.startswith("https://"):
        findings.append(
            problem(f"SITE_URL is {settings.SITE_URL}. One-click unsubscribing needs https (RFC 8058): set it.")
        )
    if not conf.postal_address():
        findings.append(
            problem(
                "NEWSLETTER_POSTAL_ADDRESS is empty. Several countries want one in each mail: write it in one line."
            )
        )
    if not getattr(settings, "NEWSLETTER_PEPPER", ""):
        findings.append(
            problem(
                "NEWSLETTER_PEPPER is empty, so a changed SECRET_KEY could forget who left. "
                "Set it once, to 50 or more random characters, and never change it."
            )
        )
    if not conf.instance_id():
        findings.append(note("INSTANCE_ID is empty: a restored copy of the database could send too."))
    table = load_regimes()
    if not table.reviewed_on:
        findings.append(note("No lawyer has reviewed newsletter/data/regimes.toml (reviewed_on is empty)."))
    if table.in_need_of_review():
        names = ", ".join(regime.name for regime in table.in_need_of_review())
        findings.append(note(f"Rules not settled yet: {names}."))
    return findings


def spf_findings(lookup: Lookup, domain: str) -> list[Finding]:
    """RFC 7208: exactly one record, and it must not allow everybody."""
    records = [text for text in lookup(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return [
            problem(
                f"{domain} has no SPF record. Add a TXT record there, for example “v=spf1 include:YOUR-RELAY -all”."
            )
        ]
    if len(records) > 1:
        return [problem(f"{domain} has {len(records)} SPF records, which counts as none. Join them into one.")]
    words = records[0].lower().split()
    if "+all" in words or "all" in words or "?all" in words:
        return [problem(f"The SPF record of {domain} lets everybody send: end it with “-all” or “~all”.")]
    if words[-1] not in ("-all", "~all") and not any(word.startswith("redirect=") for word in words):
        return [problem(f"The SPF record of {domain} has no end: add “-all” or “~all” as its last word.")]
    return [ok(f"SPF of {domain}: {records[0]}")]


def dkim_findings(lookup: Lookup, domain: str) -> list[Finding]:
    """RFC 6376: each selector of the relay has a public key."""
    selectors = conf.dkim_selectors()
    if not selectors:
        return [
            problem("NEWSLETTER_DKIM_SELECTORS is empty, so DKIM cannot be checked. Write the selectors of your relay.")
        ]
    findings = []
    for selector in selectors:
        name = f"{selector}._domainkey.{domain}"
        keys = [tags for text in lookup(name, "TXT") if "p" in (tags := tags_of(text))]
        if not keys:
            findings.append(problem(f"{name} has no DKIM key. Add the TXT or CNAME record your relay shows."))
        elif not keys[0]["p"]:
            findings.append(problem(f"The DKIM key at {name} is revoked (empty p=). Publish the present key."))
        else:
            findings.append(ok(f"DKIM key at {name}"))
    findings.append(
        note("The signature must cover List-Unsubscribe and List-Unsubscribe-Post: look for both in h= of a test mail.")
    )
    return findings


def dmarc_findings(lookup: Lookup, from_domain: str, path_domain: str) -> list[Finding]:
    """RFC 7489: a policy at the sender's domain or a parent, and a return path that is aligned with it."""
    findings = []
    names = parents(from_domain)
    for name in names:
        records = [text for text in lookup(f"_dmarc.{name}", "TXT") if text.replace(" ", "").startswith("v=DMARC1")]
        if not records:
            continue
        if len(records) > 1:
            findings.append(problem(f"_dmarc.{name} has {len(records)} records, which counts as none. Keep one."))
        elif tags_of(records[0]).get("p") not in ("none", "quarantine", "reject"):
            findings.append(problem(f"The DMARC record at _dmarc.{name} has no policy: add p=none or stricter."))
        else:
            findings.append(ok(f"DMARC at _dmarc.{name}: {records[0]}"))
        break
    else:
        findings.append(
            problem(f"{from_domain} has no DMARC record. Add a TXT record at _dmarc.{from_domain}: “v=DMARC1; p=none”.")
        )
    if not (from_domain == path_domain or set(names) & set(parents(path_domain))):
        findings.append(
            problem(
                f"The sender's domain {from_domain} and the return path's {path_domain} are not aligned: "
                "SPF will not count for DMARC. Set NEWSLETTER_MAIL_DOMAIN to the sender's domain or one below it."
            )
        )
    return findings


def incoming_findings(lookup: Lookup, domain: str) -> list[Finding]:
    """Bounces and mails that unsubscribe have to arrive somewhere."""
    if not lookup(domain, "MX"):
        return [
            problem(
                f"{domain} has no MX record, so bounces and mails that unsubscribe are lost. Add one, or set "
                "NEWSLETTER_MAIL_DOMAIN to a domain that takes mail."
            )
        ]
    return [ok(f"{domain} takes mail")]


def tags_of(text: str) -> dict[str, str]:
    """Return the tags of a record such as “v=DKIM1; k=rsa; p=…”."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def parents(domain: str) -> list[str]:
    """Return `domain` and the domains above it, down to two labels."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]
