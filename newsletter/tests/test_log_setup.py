"""No token in any log, also where Django sets up logging a second time (runserver, WSGI)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKED = """
import django, logging
django.setup()
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
logging.getLogger("django.request").warning("Not Found: %s", "/newsletter/u/SECRETTOKEN/")
logging.getLogger("django.server").info('"%s" %s', "GET /newsletter/manage/SECRETTOKEN/ HTTP/1.1", 200, extra={"server_time": ""})
"""


@pytest.mark.slow
def test_a_second_setup_of_logging_keeps_the_filters():
    environment = {**os.environ, "ENV_FILE": "", "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings"}
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKED],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = answer.stdout + answer.stderr
    assert "/newsletter/u/…/" in said
    assert "/newsletter/manage/…/" in said
    assert "SECRETTOKEN" not in said
