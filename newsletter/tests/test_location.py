"""Country of a request: the visitor's word, a trusted header, registry data, or unknown."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from newsletter.consent import location
from newsletter.consent.location import client_address, place_of
from newsletter.models import GeoSource

GOOGLE = "8.8.8.8"


def ask(chosen: str = "", **meta):
    return place_of(RequestFactory().get("/", **{"REMOTE_ADDR": GOOGLE, **meta}), chosen)


def test_registry_data_answer_when_nobody_else_does():
    place = ask()
    assert (place.country, place.geo_source, place.regime.code) == ("US", GeoSource.REGISTRY, "US")
    assert place.geo_db_version.startswith("iptocc ")


@override_settings(GEO_TRUST_HEADER="CF-IPCountry")
def test_the_visitor_comes_before_the_header_and_the_header_before_the_registry():
    assert ask("ca", HTTP_CF_IPCOUNTRY="DE").country == "CA"
    assert ask("ca", HTTP_CF_IPCOUNTRY="DE").geo_source == GeoSource.VISITOR
    assert ask(HTTP_CF_IPCOUNTRY="DE").country == "DE"
    assert ask(HTTP_CF_IPCOUNTRY="DE").geo_source == GeoSource.HEADER
    assert ask().country == "US"


@override_settings(GEO_TRUST_HEADER="CF-IPCountry")
@pytest.mark.parametrize("word", ["T1", "XX", "ZZ", "EU", "AP", "", "Germany"])
def test_a_trusted_header_that_knows_no_country_is_believed(word):
    place = ask(HTTP_CF_IPCOUNTRY=word)
    assert (place.country, place.geo_source, place.regime.code) == ("XX", GeoSource.UNKNOWN, "XX")


def test_a_header_nobody_said_to_trust_changes_nothing():
    assert ask(HTTP_CF_IPCOUNTRY="DE") == ask()


@pytest.mark.parametrize("address", ["", "unix:", "127.0.0.1", "203.0.113.77", "2001:db8:5::1", "::1"])
def test_an_address_without_a_country_is_unknown(address):
    assert ask(REMOTE_ADDR=address).regime.code == "XX"


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_behind_one_proxy_only_the_address_it_saw_counts():
    assert ask(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.1.1.1, {GOOGLE}").country == "US"
    assert ask(REMOTE_ADDR=GOOGLE).country == "XX"


def test_without_a_trusted_proxy_a_forwarded_address_is_ignored():
    request = RequestFactory().get("/", REMOTE_ADDR=GOOGLE, HTTP_X_FORWARDED_FOR="203.0.113.77")
    assert str(client_address(request)) == GOOGLE


def test_a_mapped_address_is_the_address_it_maps():
    assert ask(REMOTE_ADDR=f"::ffff:{GOOGLE}") == ask()


@given(st.ip_addresses())
def test_a_place_never_holds_the_address(address):
    place = ask(REMOTE_ADDR=str(address))
    assert len(place.country) == 2
    assert str(address) not in repr(place)


class Reader:
    def get(self, address):
        return {"country": {"iso_code": "FR"}} if address == GOOGLE else None

    def metadata(self):
        return SimpleNamespace(database_type="Own-Country", build_epoch=1_700_000_000)


@override_settings(GEO_MMDB_PATH="/data/own.mmdb")
def test_a_file_of_the_operators_own_takes_the_registrys_place(monkeypatch):
    opened = []
    monkeypatch.setitem(
        sys.modules, "maxminddb", SimpleNamespace(open_database=lambda path: opened.append(path) or Reader())
    )
    location._mmdb_reader.cache_clear()
    assert (ask().country, ask().geo_db_version) == ("FR", "Own-Country 1700000000")
    assert ask(REMOTE_ADDR="203.0.113.77").country == "XX"
    assert opened == ["/data/own.mmdb"]
    location._mmdb_reader.cache_clear()
