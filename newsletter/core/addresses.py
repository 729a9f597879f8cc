"""Mail addresses: their canonical form and the keyed hash that stands for them.

Pure: no Django. The keyed hash (HMAC-SHA-256) outlives erasure in suppressions and consent
events; without the pepper nobody can test a guess against it.
"""

from __future__ import annotations

import hashlib
import hmac

import idna


def canonical(address: str) -> str:
    """Return the form in which two spellings of one mailbox are equal.

    Lower case, outer space removed, the domain in its ASCII (IDNA) form. Dots and “+tags” of the
    local part are kept: outside a few providers they name different mailboxes. Raises ValueError
    when there is no local part or domain.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        raise ValueError("This is no mail address: it needs a name, an @ and a domain.")
    return f"{local.lower()}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """Return `domain` in lower case and ASCII form by IDNA 2008; one that has no such form is only lowered.

    IDNA 2003, which Python's own codec and Django's mail speak, takes faß.de for fass.de: another's domain.
    """
    domain = domain.strip().rstrip(".")
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii").lower()
    except idna.IDNAError:
        return domain.lower()


def ascii_address(address: str) -> str:
    """Return `address` with its domain in ASCII, as SMTP and headers take it; the local part stays as typed."""
    local, at, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}" if at else address


def domain_of(address: str) -> str:
    """Return the ASCII mail domain of `address`; empty when it has none."""
    return ascii_domain(address.rpartition("@")[2]) if "@" in address else ""


def address_key(address: str, pepper: bytes) -> str:
    """Return the keyed hash (64 hexadecimal digits) of the canonical form of `address`.

    Raises ValueError for an address without local part or domain.
    """
    return hmac.new(pepper, canonical(address).encode(), hashlib.sha256).hexdigest()
