"""The start is refused with a sentence when a legal table or the country file cannot be used."""

from __future__ import annotations

import pytest

from newsletter import checks
from newsletter.core.regimes import RegimeTableError
from newsletter.core.wording import WordingError


def test_what_is_shipped_passes():
    assert checks.legal_tables() == []
    assert checks.country_file() == []


@pytest.mark.parametrize(
    ("name", "error"), [("load_regimes", RegimeTableError("twice")), ("wording", WordingError("changed"))]
)
def test_a_contradiction_stops_the_start(monkeypatch, name, error):
    def fail(*args):
        raise error

    monkeypatch.setattr(checks, name, fail)
    (message,) = checks.legal_tables()
    assert (message.id, message.msg) == ("newsletter.E001", str(error))


def test_a_country_file_that_is_not_there_stops_the_start(settings, tmp_path):
    settings.GEO_MMDB_PATH = str(tmp_path / "none.mmdb")
    assert [message.id for message in checks.country_file()] == ["newsletter.E002"]


@pytest.mark.parametrize(("spec", "ids"), [(None, ["newsletter.E003"]), (object(), [])])
def test_a_country_file_needs_its_package(settings, tmp_path, monkeypatch, spec, ids):
    (tmp_path / "own.mmdb").touch()
    settings.GEO_MMDB_PATH = str(tmp_path / "own.mmdb")
    monkeypatch.setattr(checks, "find_spec", lambda name: spec)
    assert [message.id for message in checks.country_file()] == ids
