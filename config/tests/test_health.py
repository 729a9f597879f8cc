"""What an operator's machines ask: does it live, should readers be sent here, where are weaknesses reported."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from comparisons import standing_store
from config import health
from models_catalog.models import PendingChange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _not_remembered():
    health._migrated.clear()
    yield
    health._migrated.clear()


def ready(client):
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})
    return answer.status_code, answer.json()["checks"]


def test_life_is_told_without_asking_anybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.text, answer["Cache-Control"]) == (200, "ok\n", "no-store")


def test_a_probe_is_not_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/about/").status_code == 301


def test_nobody_posts_to_a_probe(client):
    assert client.post("/readyz").status_code == 405


def test_a_site_that_is_well_says_so_of_each_part(client):
    standing_store.recompute("start")
    assert ready(client) == (200, dict.fromkeys(("database", "migrations", "standings", "cache"), "ok"))


def test_without_its_database_it_is_not_ready_and_says_nothing_it_should_not(client, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise OperationalError("no route to secret-host:5432")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "The database does not answer."
    assert "secret-host" not in answer.text
    assert "secret-host" in caplog.text


def test_with_migrations_to_apply_it_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one", "two"])
    status, checks = ready(client)
    assert status == 503
    assert checks["migrations"] == "Migrations to apply: 2. Run: manage.py migrate"


def test_standings_that_wait_are_told_and_readers_are_still_served(client):
    assert "recompute_standings" in ready(client)[1]["standings"]
    standing_store.recompute("start")
    change = PendingChange.objects.create()
    assert ready(client)[1]["standings"] == "ok"  # just now: its own process is at work
    PendingChange.objects.filter(pk=change.pk).update(created_at=timezone.now() - 2 * health.LATE)
    status, checks = ready(client)
    assert (status, "worker --once" in checks["standings"]) == (200, True)


def test_a_cache_that_is_away_or_forgets_is_told_and_readers_are_still_served(client, monkeypatch):
    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", lambda self, *args, **kwargs: None)
    status, checks = ready(client)
    assert (status, "not kept" in checks["cache"]) == (200, True)

    def away(self, *args, **kwargs):
        raise ConnectionError("the cache is away")

    monkeypatch.setattr(type(cache._connections[cache._alias]), "set", away)
    status, checks = ready(client)
    assert (status, checks["cache"]) == (200, "The cache does not answer.")


def test_weaknesses_are_reported_where_the_operator_says(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@evenbench.example"
    told = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert told["Contact"] == settings.SECURITY_CONTACT
    assert told["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    ends = dt.datetime.fromisoformat(told["Expires"])
    assert dt.timedelta(days=100) < ends - timezone.now() < dt.timedelta(days=365)
