"""Reads the environment and stops the start with a sentence when a value is wrong.

Every variable is explained in `.env.example`. A problem names the variable, what was
found and what to write instead; nothing is guessed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"true", "1", "yes", "on"}
FALSE_WORDS = {"false", "0", "no", "off", ""}


EXAMPLE_KEY = "development-only-key"  # how the key in .env.example, which everybody knows, begins


class Environment:
    """Typed access to environment variables; every error is a sentence with the remedy."""

    def __init__(self, base_dir: Path):
        self.base_dir = base_dir
        env_file = os.environ.get("ENV_FILE", str(base_dir / ".env"))
        if env_file and Path(env_file).is_file():
            environ.Env.read_env(env_file)
        self._env = environ.Env()

    def text(self, name: str, default: str = "") -> str:
        """The value of `name` without surrounding space, or `default`."""
        return os.environ.get(name, default).strip()

    def required(self, name: str, remedy: str) -> str:
        """The value of `name`; stops the start with `remedy` when it is missing or empty."""
        value = self.text(name)
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. {remedy}")
        return value

    def secret_key(self, name: str, *, public: bool) -> str:
        """The signing key; a `public` site is refused the one that is published in .env.example."""
        make_one = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
        value = self.required(
            name,
            "Copy .env.example to .env for a first look, or set SECRET_KEY to 50 or more random characters: "
            f"{make_one}.",
        )
        if public and value.startswith(EXAMPLE_KEY):
            raise ImproperlyConfigured(
                f"{name} is the key of .env.example, with which anybody can log in and sign links, and DEBUG is off. "
                f"Set it to 50 or more random characters: {make_one}."
            )
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes/no variable."""
        word = self.text(name, "true" if default else "false").lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name} is “{word}”, which is neither true nor false. Write true or false.")

    def contact(self, name: str) -> str:
        """An https:// or mailto: address, or nothing."""
        value = self.text(name)
        if value and (not value.startswith(("https://", "mailto:")) or len(value.split()) != 1):
            raise ImproperlyConfigured(
                f"{name} is “{value}”. Write an address such as mailto:security@example.org or https://example.org/report."
            )
        return value

    def number(self, name: str, default: int, least: int = 0) -> int:
        """A whole number of at least `least`."""
        word = self.text(name, str(default))
        if not word.isascii() or not word.isdigit() or int(word) < least:
            raise ImproperlyConfigured(f"{name} is “{word}”. Write a whole number of at least {least}.")
        return int(word)

    def items(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list."""
        return [item.strip() for item in self.text(name, default).split(",") if item.strip()]

    def pairs(self, name: str) -> dict[str, str]:
        """A comma-separated list of KEY=value pairs."""
        found = {}
        for item in self.items(name):
            key, equals, value = item.partition("=")
            if not equals or not key.strip():
                raise ImproperlyConfigured(f"{name} holds “{item}”. Write KEY=value pairs, separated by commas.")
            found[key.strip()] = value.strip()
        return found

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of `allowed`."""
        word = self.text(name, default).lower()
        if word not in allowed:
            raise ImproperlyConfigured(f"{name} is “{word}”. Write one of: {', '.join(allowed)}.")
        return word

    def site_url(self, name: str, default: str) -> str:
        """An absolute http(s) address without a path or closing slash."""
        word = self.text(name, default)
        parts = urlsplit(word)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            raise ImproperlyConfigured(
                f"{name} is “{word}”. Write the address readers use, such as https://evenbench.example, without a path."
            )
        return word.rstrip("/")

    def database(self, name: str, default: str) -> dict:
        """Connection settings from a database address. Raises a sentence for anything but SQLite or PostgreSQL."""
        word = self.text(name, default) or default
        example = "Write sqlite:///db.sqlite3 or postgres://USER:PASSWORD@HOST:5432/NAME."
        scheme = word.partition("://")[0].lower()
        if scheme not in ("sqlite", "postgres", "postgresql"):
            raise ImproperlyConfigured(f"{name} names no database that Evenbench knows. {example}")
        parsed = self._parse(name, lambda: environ.Env.db_url_config(word), example)
        if not parsed.get("NAME"):
            raise ImproperlyConfigured(f"{name} has no database name. {example}")
        if scheme == "sqlite":
            return self._sqlite(parsed)
        parsed.setdefault("OPTIONS", {})
        if self.flag("DATABASE_POOL", True):
            parsed["OPTIONS"]["pool"] = {
                "min_size": 1,
                "max_size": self.number("DATABASE_POOL_SIZE", 8, least=1),
            }
        return parsed

    def _sqlite(self, parsed: dict) -> dict:
        path = str(parsed["NAME"])
        if path != ":memory:":
            file = Path(path) if os.path.isabs(path) else self.base_dir / path
            if not file.parent.is_dir():
                raise ImproperlyConfigured(
                    f"DATABASE_URL points into the folder {file.parent}, which does not exist. Create it first."
                )
            path = str(file)
        return {
            **parsed,
            "ENGINE": "config.sqlite",
            "NAME": path,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
            # Said outright: test runners take an engine they do not know for one that needs a file a process.
            "TEST": {"NAME": ":memory:"},
        }

    def cache(self, redis_name: str, folder_name: str, default_folder: Path) -> dict:
        """Settings of the shared cache: Redis where an address is given, else a folder of this machine.

        An empty folder name (`CACHE_DIR=`) keeps the cache inside each process.
        """
        address = self.text(redis_name)
        if address:
            if address.partition("://")[0] not in ("redis", "rediss", "unix"):
                raise ImproperlyConfigured(f"{redis_name} is “{address}”. Write redis://HOST:6379/0 or leave it empty.")
            return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}
        folder = self.text(folder_name, str(default_folder))
        if not folder:
            return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        return {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(self.base_dir / folder),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }

    def email(self, name: str, default: str) -> dict:
        """Django's e-mail settings from an address such as smtp+tls://user:password@host:587."""
        word = self.text(name, default) or default
        example = "Write consolemail:// or smtp+tls://USER:PASSWORD@HOST:587."
        if "://" not in word:
            raise ImproperlyConfigured(f"{name} is no mail address of a server. {example}")
        return self._parse(name, lambda: environ.Env.email_url_config(word), example)

    @staticmethod
    def _parse(name: str, read: Callable[[], dict], example: str) -> dict:
        try:
            return read()
        except (ValueError, KeyError, AttributeError, TypeError, environ.ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"{name} cannot be read. {example}") from error


def release_of(base_dir: Path) -> str:
    """A short name for this state of the code, by content: two machines with the same files share it."""
    found = hashlib.sha256()
    for folder in (
        "config",
        "models_catalog",
        "importers",
        "comparisons",
        "newsletter",
        "newsroom",
        "templates",
        "static",
    ):
        for file in sorted((base_dir / folder).rglob("*")):
            if file.suffix in (".py", ".html", ".css", ".js", ".txt", ".toml", ".svg") and "tests" not in file.parts:
                found.update(f"{file.relative_to(base_dir)}\n".encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:12]
