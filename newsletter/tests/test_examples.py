"""Every example of the settings and the guides starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.core.token_bucket import parse_rates

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=(.*)$", re.MULTILINE)
START = """
import django
django.setup()
from django.core.mail import get_connection
from newsletter import checks, conf
from newsletter.delivery.sender import transport_from_settings
found = [*checks.mail_settings(), *checks.legal_tables()]
assert not found, found
transport_from_settings()
get_connection()
conf.lease(), conf.run_seconds(), conf.sender(), conf.resend_uncertain()
print("started")
"""


def examples(text: str) -> dict[str, list[str]]:
    """Return every value the text shows for each variable, in order."""
    found: dict[str, list[str]] = {}
    for name, value in EXAMPLE.findall(text):
        found.setdefault(name, []).append(value)
    return found


def runs() -> list[dict[str, str]]:
    """As many environments as the most shown variable has values, so that each value starts once."""
    shown = examples((ROOT / ".env.example").read_text(encoding="utf-8"))
    shown = {name: values for name, values in shown.items() if name not in ("DATABASE_URL", "CACHE_DIR")}
    longest = max(len(values) for values in shown.values())
    return [{name: values[min(number, len(values) - 1)] for name, values in shown.items()} for number in range(longest)]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(runs())))
def test_every_example_of_the_settings_starts(number, tmp_path):
    answer = started(runs()[number], tmp_path)
    assert answer.stdout.strip().endswith("started"), answer.stderr


@pytest.mark.slow
def test_the_production_example_starts(tmp_path):
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    block = next(
        text for text in re.findall(r"```(?:\w+)?\n(.*?)```", guide, re.DOTALL) if "NEWSLETTER_PEPPER=" in text
    )
    shown = {name: values[0] for name, values in examples(block).items()}
    shown["SECRET_KEY"] = "0123456789" * 6
    shown |= {"DATABASE_URL": "", "REDIS_URL": "", "STATIC_ROOT": str(tmp_path)}
    answer = started(shown, tmp_path)
    assert answer.stdout.strip().endswith("started"), answer.stderr


def started(values: dict[str, str], folder: Path) -> subprocess.CompletedProcess:
    environment = {
        **values,
        "PATH": os.environ["PATH"],
        "ENV_FILE": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": values.get("DATABASE_URL") or "sqlite:///:memory:",
        "CACHE_DIR": str(folder),
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_rate_anywhere_in_the_guides_can_be_read():
    texts = [(ROOT / ".env.example").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    found = [value for text in texts for value in re.findall(r"NEWSLETTER_RATES=([^\s`]+)", text)]
    assert found
    for value in found:
        assert parse_rates(value)


def test_each_value_is_part_of_a_run():
    shown = examples((ROOT / ".env.example").read_text(encoding="utf-8"))
    tried = {(name, value) for run in runs() for name, value in run.items()}
    wanted = {(name, value) for name, values in shown.items() for value in values}
    assert {pair for pair in wanted - tried if pair[0] not in ("DATABASE_URL", "CACHE_DIR")} == set()
