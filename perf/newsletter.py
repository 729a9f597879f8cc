"""Measures sending and preparing on SQLite, with real processes and a real SMTP server.

    python perf/newsletter.py

Sends 2,000 mails of about 20 kB with one worker to a server on 127.0.0.1 that writes each one down
before it answers, and prepares an issue for 100,000 subscribers. Budgets: at least 300 messages a
second, at most 60 MB, nothing lost or doubled, and 2 s. Exits 1 when one is missed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS, MANY_READERS = 2_000, 100_000
LEAST_PER_SECOND, MOST_MEGABYTES, MOST_SECONDS = 300, 60, 2.0
CHANGES, MODELS = 24, 10  # fill the real templates to about 20 kB
PERIOD = "2026-W27"
PROBE_COMMITS = 200


def main() -> int:
    """Run both measurements in processes of their own; returns the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        print(f"one durable commit on this disk: {commit_milliseconds(Path(scratch)):.2f} ms")
        good = sending(environment(Path(scratch) / "sending.sqlite3"))
        good &= preparing(environment(Path(scratch) / "preparing.sqlite3"))
    print("within budget" if good else "BUDGET MISSED")
    return 0 if good else 1


def environment(database: Path) -> dict[str, str]:
    """Settings of the processes: nothing of the developer's own `.env`."""
    return {
        **os.environ,
        "ENV_FILE": "",
        "DEBUG": "false",
        "SITE_URL": "https://evenbench.example",
        "SECRET_KEY": "perf-only-" + "0123456789" * 5,
        "DATABASE_URL": f"sqlite:///{database}",
        "NEWSLETTER_MARKER_FILE": str(database.with_suffix(".json")),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def sending(settings: dict[str, str]) -> bool:
    """Send to a sink; rate by the sink's own clock, memory of the worker alone."""
    run(settings, "manage.py", "migrate", "--verbosity", "0")
    run(settings, __file__, "populate", str(READERS))
    sink = subprocess.Popen(
        [sys.executable, __file__, "sink", str(READERS)],
        env=settings,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    settings["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.stdout.readline().strip()}"
    worker = subprocess.Popen([sys.executable, "manage.py", "send_newsletter", "--once"], env=settings, cwd=ROOT)
    _, status, usage = os.wait4(worker.pid, 0)
    worker.returncode = os.waitstatus_to_exitcode(status)
    report = json.loads(sink.communicate("\n")[0])
    megabytes = usage.ru_maxrss / 1024
    seconds = usage.ru_utime + usage.ru_stime
    print(
        f"sent {report['accepted']} mails of {report['bytes']:,} bytes: {report['per_second']:.0f} a second "
        f"(at least {LEAST_PER_SECOND}), {megabytes:.0f} MB (at most {MOST_MEGABYTES}), worker {seconds:.1f} s CPU; "
        f"doubled {report['doubled']}"
    )
    return (
        worker.returncode == 0
        and report["accepted"] == READERS
        and report["doubled"] == 0
        and report["per_second"] >= LEAST_PER_SECOND
        and megabytes <= MOST_MEGABYTES
    )


def preparing(settings: dict[str, str]) -> bool:
    """Prepare an issue for many, and once more for nothing."""
    run(settings, "manage.py", "migrate", "--verbosity", "0")
    run(settings, __file__, "populate", str(MANY_READERS), "unprepared")
    report = json.loads(run(settings, __file__, "prepare"))
    print(f"prepared {report['prepared']:,} rows in {report['seconds']:.2f} s (at most {MOST_SECONDS})")
    return report["prepared"] == MANY_READERS and report["seconds"] <= MOST_SECONDS


def commit_milliseconds(folder: Path) -> float:
    """What one durable SQLite commit costs on this disk right now: the floor of every message."""
    with contextlib.closing(sqlite3.connect(folder / "probe.sqlite3", isolation_level=None)) as probe:
        probe.execute("PRAGMA journal_mode=WAL")
        probe.execute("PRAGMA synchronous=FULL")
        probe.execute("CREATE TABLE probe (value INTEGER)")
        started = time.perf_counter()
        for value in range(PROBE_COMMITS):
            probe.execute("INSERT INTO probe VALUES (?)", [value])
        return (time.perf_counter() - started) / PROBE_COMMITS * 1000


def run(settings: dict[str, str], *arguments: str) -> str:
    """Run a Python program of the project and return what it printed; stops when it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=settings, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


# --- What the processes do (each starts Django for itself, so that the parent stays small) ------


def populate(count: str, unprepared: str = "") -> None:
    """Make `count` confirmed subscribers and an issue; prepare it unless told otherwise."""
    start_django()
    import datetime as dt

    from django.utils import timezone

    from newsletter.delivery import outbox
    from newsletter.digest.rendering import render_group
    from newsletter.models import Issue, Subscriber

    now = timezone.now()
    rows = (
        Subscriber(
            address=f"reader{number}@example.org",
            lookup_key=f"{number:064x}",
            domain="example.org",
            group_key="en:all",
            confirmed_at=now,
        )
        for number in range(int(count))
    )
    Subscriber.objects.bulk_create(rows, batch_size=2_000)
    issue = Issue.objects.create(
        slug=PERIOD,
        snapshot=snapshot(PERIOD),
        period_start=now - dt.timedelta(days=7),
        period_end=now,
        state=Issue.State.SCHEDULED,
        send_at=now,
    )
    outbox.render_missing(issue, render_group, now)
    if not unprepared:
        outbox.prepare(issue, now)


def snapshot(slug: str) -> dict:
    """A week of made-up changes that fills the real templates to about 20 kB."""
    import datetime as dt

    from comparisons.core.changes import RESULT_ADDED, RESULT_CORRECTED, ChangeFacts
    from newsletter.core.digest import snapshot_of
    from newsletter.core.periods import period_named

    week = period_named(slug)
    facts = [
        ChangeFacts(
            id=number,
            key=f"change-{number}",
            at=week.start + dt.timedelta(hours=number),
            kind=RESULT_ADDED if number % 3 else RESULT_CORRECTED,
            model=f"model-{number % MODELS}",
            model_name=f"Model {number % MODELS}",
            lab="lab",
            lab_name="A Lab",
            benchmark=f"benchmark-{number}",
            benchmark_name=f"Benchmark {number}",
            category="coding",
            category_name="Coding",
            old_text="" if number % 3 else f"{number + 20} %",
            new_text=f"{number + 21} %",
        )
        for number in range(1, CHANGES + 1)
    ]
    return snapshot_of(week, facts, {fact.id: True for fact in facts}, week.end)


def prepare() -> None:
    """Time the preparation of the waiting issue; prints JSON."""
    start_django()
    from django.utils import timezone

    from newsletter.delivery import outbox
    from newsletter.models import Issue

    started = time.perf_counter()
    result = outbox.prepare(Issue.objects.get(), timezone.now())
    print(json.dumps({"prepared": result.prepared, "seconds": time.perf_counter() - started}))


def sink(expected: str) -> None:
    """Print the port, take mail until a line comes in, print what arrived as JSON."""
    sys.path.insert(0, str(ROOT))
    from perf.sink import LeanSink

    with tempfile.TemporaryDirectory() as folder, LeanSink(Path(folder) / "messages") as server:
        print(server.port, flush=True)
        sys.stdin.readline()
    moments = server.moments
    report = {
        "accepted": len(server.accepted),
        "doubled": len(server.accepted) - len(set(server.accepted)),
        "bytes": server.bytes,
        "per_second": (len(moments) - 1) / (moments[-1] - moments[0]) if len(moments) > 1 else 0,
        "expected": int(expected),
    }
    print(json.dumps(report))


def start_django() -> None:
    """Make the project importable and load it."""
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


PHASES = {"populate": populate, "prepare": prepare, "sink": sink}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        PHASES[sys.argv[1]](*sys.argv[2:])
    else:
        sys.exit(main())
