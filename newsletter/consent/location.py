"""Country of a request: what the visitor says, a trusted header, registry data, or unknown.

The network address is read here and in `limits` only, used at once and forgotten: nothing that
leaves this module holds it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata

import iptocc
from django.http import HttpRequest

from newsletter import conf
from newsletter.core.regimes import UNKNOWN_COUNTRY, Regime, load_regimes
from newsletter.models import GeoSource
from newsletter.models.base import Located


@dataclass(frozen=True)
class Place:
    """A country, how we came to it and with which data; never an address."""

    country: str
    geo_source: str
    geo_db_version: str = ""

    @property
    def regime(self) -> Regime:
        """The row of the table of regimes; the strictest one when the country is not known."""
        return load_regimes().for_country(self.country)

    @property
    def is_known(self) -> bool:
        return self.country != UNKNOWN_COUNTRY


def place_of_row(row: Located) -> Place:
    """Return the place stored with a request or reader."""
    return Place(row.country, row.geo_source, row.geo_db_version)


NOWHERE = Place(UNKNOWN_COUNTRY, GeoSource.UNKNOWN)


def place_of(request: HttpRequest, chosen: str = "") -> Place:
    """Return where the visitor is: `chosen` (ISO 3166 code) if given, else a trusted header, else registry data.

    Anything that names no country (`XX`, `T1`, `ZZ`, `EU`, `AP`, empty) is unknown, which brings the
    strictest handling. A trusted header that says “unknown” is believed: it saw the Tor exit we cannot see.
    """
    visitor = load_regimes().existing(chosen)
    if visitor != UNKNOWN_COUNTRY:
        return Place(visitor, GeoSource.VISITOR)
    header = conf.geo_trust_header()
    if header and header in request.META:
        country = load_regimes().existing(request.META[header])
        return Place(country, GeoSource.HEADER) if country != UNKNOWN_COUNTRY else NOWHERE
    address = client_address(request)
    if address is None:
        return NOWHERE
    country, version = _registry_country(address)
    return Place(country, GeoSource.REGISTRY, version) if country != UNKNOWN_COUNTRY else NOWHERE


def client_address(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the visitor's network address, for use within this request only; None when there is none.

    With `TRUSTED_PROXY_COUNT` proxies in front, the address that the outermost of them saw; the rest
    of X-Forwarded-For can be written by anybody.
    """
    text = request.META.get("REMOTE_ADDR", "")
    proxies = conf.trusted_proxy_count()
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        text = hops[-proxies] if len(hops) >= proxies else ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _registry_country(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[str, str]:
    """Return country and data version from the operator's file if there is one, else from `iptocc`."""
    path = conf.geo_mmdb_path()
    if path:
        reader = _mmdb_reader(path)
        record = reader.get(str(address)) or {}
        code = (record.get("country") or {}).get("iso_code", "") if isinstance(record, dict) else ""
        built = reader.metadata()
        return load_regimes().existing(code), f"{built.database_type} {built.build_epoch}"[:40]
    return load_regimes().existing(iptocc.country_code(str(address))), _iptocc_version()


@cache
def _mmdb_reader(path: str):
    """Open the operator's file once. `maxminddb` is an optional package; a check names it when missing."""
    return import_module("maxminddb").open_database(path)


@cache
def _iptocc_version() -> str:
    return f"iptocc {metadata.version('iptocc')}"
