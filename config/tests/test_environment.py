"""A wrong variable stops the start with a sentence that names it and says what to write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def env(monkeypatch, tmp_path):
    monkeypatch.setenv("ENV_FILE", "")
    return Environment(tmp_path)


@pytest.mark.parametrize(
    "value",
    ["nonsense", "mysql://user@host/name", "postgres://", "sqlite:///no/such/folder/db.sqlite3", "postgres://h:port/n"],
)
def test_a_database_address_that_cannot_work_is_refused(env, monkeypatch, value):
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database("DATABASE_URL", "sqlite:///db.sqlite3")


def test_sqlite_is_relative_to_the_project_and_writes_ahead(env, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///db.sqlite3")
    settings = env.database("DATABASE_URL", "")
    assert settings["NAME"] == str(tmp_path / "db.sqlite3")
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_has_a_pool(env, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@db.example:5432/evenbench")
    monkeypatch.setenv("DATABASE_POOL", "true")
    settings = env.database("DATABASE_URL", "")
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert settings["OPTIONS"]["pool"]["max_size"] == 8


@pytest.mark.parametrize(
    ("name", "value", "method", "arguments"),
    [
        ("DEBUG", "maybe", "flag", ()),
        ("DATABASE_POOL_SIZE", "-1", "number", (8,)),
        ("DATABASE_POOL_SIZE", "many", "number", (8,)),
        ("DEFAULT_LANE", "fast", "choice", ("verified", ("verified", "provisional"))),
        ("SITE_URL", "evenbench.example", "site_url", ("",)),
        ("SITE_URL", "https://evenbench.example/path", "site_url", ("",)),
        ("EMAIL_URL", "localhost", "email", ("",)),
        ("SECURITY_CONTACT", "security@evenbench.example", "contact", ()),
        ("SECURITY_CONTACT", "mailto:a@b.example\nExpires: never", "contact", ()),
        ("EMAIL_URL", "pigeon://coop", "email", ("",)),
    ],
)
def test_every_other_wrong_value_is_refused_by_name(env, monkeypatch, name, value, method, arguments):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        getattr(env, method)(name, *arguments)


def start(**variables):
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "", **variables}
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_without_a_secret_key_the_start_ends_with_the_remedy():
    done = start()
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_published_key_is_for_a_first_look_only():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    published = next(line for line in example.splitlines() if line.startswith("SECRET_KEY=")).partition("=")[2]
    assert start(SECRET_KEY=published, DEBUG="true").returncode == 0
    refused = start(SECRET_KEY=published, DEBUG="false")
    assert refused.returncode != 0
    assert "SECRET_KEY is the key of .env.example" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nonsense_for_a_database_ends_the_start_with_one_sentence():
    done = start(SECRET_KEY="x", DATABASE_URL="nonsense")
    assert done.returncode != 0
    assert "DATABASE_URL names no database that Evenbench knows" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_variable_is_explained_in_the_example():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf-8") + (
        ROOT / "config" / "environment.py"
    ).read_text(encoding="utf-8")
    import re

    for name in set(
        re.findall(
            r'(?:text|flag|number|items|pairs|cache|choice|required|site_url|database|email|secret_key|contact)\(\s*"([A-Z_]+)"',
            source,
        )
    ):
        assert re.search(rf"^{name}=", example, re.MULTILINE), f"{name} is missing from .env.example"


def test_a_mail_provider_is_set_by_two_variables():
    provider = {"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend"}
    done = start(
        SECRET_KEY="x" * 60, DEBUG="true", ANYMAIL="MAILGUN_API_KEY=k,MAILGUN_SENDER_DOMAIN=mg.example", **provider
    )
    assert done.returncode == 0, done.stderr
    refused = start(SECRET_KEY="x" * 60, ANYMAIL="nonsense", **provider)
    assert refused.returncode != 0
    assert "ANYMAIL holds “nonsense”. Write KEY=value pairs" in refused.stderr
