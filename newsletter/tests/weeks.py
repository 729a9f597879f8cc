"""A week of real-looking events in the shared world, replayed from `data/week.csv`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from comparisons.changes.replay import replay
from models_catalog.tests import world as worlds
from newsletter.core.periods import period_named
from newsletter.digest.build import build_issue
from newsletter.models import Issue

FILE = Path(__file__).parent / "data" / "week.csv"
MONDAY = dt.datetime(2026, 7, 6, 6, tzinfo=dt.UTC)
WEEK, QUIET_WEEK = period_named("2026-W27"), period_named("2026-W20")


@pytest.fixture
def site(settings, db):
    """Addresses of the pages and what an operator has to set."""
    settings.ROOT_URLCONF = "newsletter.tests.digest_urlconf"
    settings.SITE_URL = "https://evenbench.example"
    settings.NEWSLETTER_POSTAL_ADDRESS = "1 Data Street, 1000 Town"


@pytest.fixture
def week(site):
    """The world with its week in the change log."""
    worlds.build_world()
    assert replay(FILE).added == 13
    return WEEK


def build(period=WEEK, now: dt.datetime = MONDAY) -> Issue:
    """The issue of a period."""
    return build_issue(period, now)[0]
