"""Environment of a test run, set before Django reads its settings.

A pytest plugin (`-p tests.environment`), because a conftest is loaded too late: the run
would silently stay on the database of the developer's own `.env`.
"""

import os

os.environ["ENV_FILE"] = ""
os.environ.setdefault("SECRET_KEY", "tests-only-" + "0123456789" * 5)
os.environ.setdefault("DEBUG", "true")
os.environ.setdefault("DATABASE_POOL", "false")
os.environ.setdefault("DATABASE_URL", "sqlite:///test.sqlite3")
os.environ.setdefault("CACHE_DIR", "")
os.environ.setdefault("PAGE_CACHE", "false")
os.environ.setdefault("NEWSLETTER_ANSWER_MILLISECONDS", "0")
