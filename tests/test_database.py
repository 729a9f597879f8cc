"""The suite runs on the database it was meant for."""

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for():
    """Without this, a PostgreSQL run could silently stay on SQLite."""
    assert connection.vendor == os.environ.get("EXPECT_VENDOR", connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
