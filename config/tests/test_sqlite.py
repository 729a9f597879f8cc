"""Several processes open a file that is not in WAL mode yet: a new one, or one restored from a copy."""

import sqlite3

import pytest

from config.environment import Environment
from config.sqlite.base import PAUSE_SECONDS, DatabaseWrapper, write_ahead


@pytest.fixture
def file(tmp_path):
    """A database as `VACUUM INTO` or a backup leaves it."""
    path = tmp_path / "restored.sqlite3"
    with sqlite3.connect(path) as fresh:
        fresh.execute("CREATE TABLE kept (value INTEGER)")
    fresh.close()
    return path


@pytest.fixture
def holder(file):
    """Another process in the middle of its first write."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.fixture
def late(file):
    """The process that comes second. Its timeout is long, and SQLite does not keep it."""
    connection = sqlite3.connect(file, timeout=20)
    yield connection
    connection.close()


def mode(connection) -> str:
    return connection.execute("PRAGMA journal_mode").fetchone()[0]


def test_the_second_of_two_that_start_together_waits_until_the_first_has_written(holder, late):
    waited = []

    def pause(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            holder.execute("COMMIT")

    write_ahead(late, timeout=20, pause=pause)
    assert mode(late) == "wal"
    assert len(waited) == 3


def test_a_file_that_stays_locked_is_given_up_after_the_timeout(holder, late):
    waited = []
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(late, timeout=10 * PAUSE_SECONDS, pause=waited.append)
    assert len(waited) == 9


def test_what_is_no_lock_is_not_waited_for(tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database at all, and long enough to be looked at" * 100)
    connection = sqlite3.connect(broken)
    with pytest.raises(sqlite3.DatabaseError):
        write_ahead(connection, timeout=20, pause=lambda _: pytest.fail("It waited."))
    connection.close()


def test_the_settings_open_files_in_this_way(file, monkeypatch, tmp_path):
    monkeypatch.setenv("ENV_FILE", "")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    settings = Environment(tmp_path).database("DATABASE_URL", "")
    assert settings["ENGINE"] == "config.sqlite"
    assert "init_command" not in settings["OPTIONS"]
    assert settings["TEST"] == {"NAME": ":memory:"}
    wrapper = DatabaseWrapper({**settings, "TIME_ZONE": None, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True})
    connection = wrapper.get_new_connection(wrapper.get_connection_params())
    assert (mode(connection), connection.execute("PRAGMA synchronous").fetchone()[0]) == ("wal", 1)
    connection.close()
