"""manage.py check_mail_setup: SPF, DKIM, DMARC and settings, in sentences; exit code 1 on a problem."""

from __future__ import annotations

import dns.exception
import dns.resolver
from django.core.management.base import BaseCommand, CommandError

from newsletter.delivery.mail_setup import Lookup, LookupFailed, check

SECONDS = 10


def ask_dns(name: str, kind: str) -> list[str]:
    """Return the texts of a DNS answer; empty when there is none. Raises LookupFailed."""
    try:
        answer = dns.resolver.resolve(name, kind, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise LookupFailed(f"{name} ({kind}), {type(error).__name__}") from error
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [record.to_text() for record in answer]


class Command(BaseCommand):
    help = "Check by DNS whether mailbox providers will accept the newsletter's mail."
    lookup: Lookup = staticmethod(ask_dns)

    def handle(self, **options) -> None:
        findings = check(self.lookup)
        for finding in findings:
            self.stdout.write(f"{finding.level:8}{finding.text}")
        problems = sum(finding.level == "problem" for finding in findings)
        if problems:
            raise CommandError(
                f"{problems} of {len(findings)} findings are problems; docs/newsletter.md has the records."
            )
        self.stdout.write("Everything that DNS and settings can tell is in order.")
