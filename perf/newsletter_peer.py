"""Measures our sender beside django-newsletter: one run, one machine, one SMTP server, mails of about 20 kB.

    python perf/newsletter_peer.py [NUMBER OF MAILS]

Installs the pinned peer from PyPI into a temporary folder. Each sends the same number of mails with one
worker on SQLite to a server on 127.0.0.1 that writes each one down before it answers. Budgets: at least 4
times the peer's rate, at most 62 MB. Exits 1 when one is missed. Nothing of the peer is kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import newsletter as ours

PEER = ("django-newsletter==1.2.1", "sorl-thumbnail==13.4.0", "django==5.2.19")
READERS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
LEAST_TIMES, MOST_MEGABYTES = 4.0, 62

# The peer's own project: its default templates, one article that makes the mail about as large as ours.
PROJECT = """
import os, sys
from django.conf import settings
settings.configure(
    SECRET_KEY="peer", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[2]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sites", "sorl.thumbnail",
        "newsletter"],
    SITE_ID=1, NEWSLETTER_USE_HTTPS=True, NEWSLETTER_THUMBNAIL="sorl-thumbnail", ROOT_URLCONF="newsletter.urls",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=int(os.environ.get("PEER_PORT", "25")),
)
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils.timezone import now
from newsletter.models import Article, Message, Newsletter, Submission, Subscription
if sys.argv[1] == "populate":
    call_command("migrate", verbosity=0)
    letter = Newsletter.objects.create(title="News", slug="news", email="news@example.org", sender="News")
    letter.site.clear()
    Subscription.objects.bulk_create(
        Subscription(newsletter=letter, email_field=f"reader{n}@example.org", subscribed=True, activation_code="x")
        for n in range(int(sys.argv[3]))
    )
    message = Message.objects.create(title="Week", slug="week", newsletter=letter)
    text = "<p>" + "</p><p>".join("A price of a model changed on this day of the week." for _ in range(int(sys.argv[4]))) + "</p>"
    Article.objects.create(title="Prices", text=text, post=message, sortorder=1)
    submission = Submission.from_message(message)
    submission.prepared = True
    submission.publish_date = now() - timedelta(minutes=1)
    submission.save()
else:
    Submission.submit_queue()
"""


def main() -> int:
    """Measure the peer, then ours; returns the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        python = install(folder)
        project = folder / "peer.py"
        project.write_text(PROJECT, encoding="utf-8")
        settings = ours.environment(folder / "ours.sqlite3")
        theirs = measured(settings, peer_steps(python, project, folder / "peer.sqlite3"))
        mine = measured(settings, our_steps(settings))
    times = mine["per_second"] / theirs["per_second"]
    for name, report in (("django-newsletter 1.2.1", theirs), ("ours", mine)):
        print(
            f"{name}: {report['accepted']} mails of {report['bytes']:,} bytes, {report['per_second']:.0f} a second, "
            f"{report['megabytes']:.0f} MB, {report['cpu']:.1f} s CPU"
        )
    print(f"{times:.1f} times the peer (at least {LEAST_TIMES}), {mine['megabytes']:.0f} MB (at most {MOST_MEGABYTES})")
    good = times >= LEAST_TIMES and mine["megabytes"] <= MOST_MEGABYTES and mine["accepted"] == READERS
    print("within budget" if good else "BUDGET MISSED")
    return 0 if good else 1


def install(folder: Path) -> Path:
    """Make an environment with the peer; return its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder / "peer"], check=True)
    python = folder / "peer" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER], check=True)
    return python


def peer_steps(python: Path, project: Path, database: Path):
    """How the peer is filled and started."""
    paragraphs = 168  # 20 kB with both parts

    def start(port: str) -> subprocess.Popen:
        subprocess.run([python, project, "populate", database, str(READERS), str(paragraphs)], check=True)
        return subprocess.Popen([python, project, "send", database], env={**os.environ, "PEER_PORT": port})

    return start


def our_steps(settings: dict[str, str]):
    """How ours is filled and started."""

    def start(port: str) -> subprocess.Popen:
        ours.run(settings, "manage.py", "migrate", "--verbosity", "0")
        ours.run(settings, str(Path(ours.__file__)), "populate", str(READERS))
        environment = {**settings, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        return subprocess.Popen(
            [sys.executable, "manage.py", "send_newsletter", "--once"], env=environment, cwd=ours.ROOT
        )

    return start


def measured(settings: dict[str, str], start) -> dict:
    """Let a sender send to a fresh server; rate by the server's own clock, memory and CPU of the sender alone."""
    sink = subprocess.Popen(
        [sys.executable, ours.__file__, "sink", str(READERS)],
        env=settings,
        cwd=ours.ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    worker = start(sink.stdout.readline().strip())
    _, status, usage = os.wait4(worker.pid, 0)
    worker.returncode = os.waitstatus_to_exitcode(status)
    report = json.loads(sink.communicate("\n")[0])
    if worker.returncode:
        sys.exit("A sender failed.")
    return {**report, "megabytes": usage.ru_maxrss / 1024, "cpu": usage.ru_utime + usage.ru_stime}


if __name__ == "__main__":
    sys.exit(main())
