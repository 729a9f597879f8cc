"""Measures four senders on PostgreSQL beside one, in one run.

    DATABASE_URL=postgres://USER:PASSWORD@HOST:PORT/EMPTY_DATABASE python perf/newsletter_workers.py [MAILS] [WORKERS]

The database must be one of its own, with fsync on; the tables are made and filled anew. Each round sends one issue
with one sender and one with WORKERS (4) to one server on 127.0.0.1 that writes each mail down before it answers;
rates are by the server's clock, from its first mail to its last. Budget: at least 2.5 times for four. Exits 1 when it
is missed, or when a mail was lost or doubled.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import newsletter as perf

MAILS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
WORKERS = int(sys.argv[2]) if len(sys.argv) > 2 else 4
LEAST_TIMES = 2.5


def main() -> int:
    """One sender, then several; returns the exit code."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        sys.exit("Set DATABASE_URL to an empty PostgreSQL database of its own.")
    with tempfile.TemporaryDirectory() as scratch:
        settings = {**perf.environment(Path(scratch) / "unused"), "DATABASE_URL": url, "DATABASE_POOL": "false"}
        rates = {number: measured(settings, number) for number in (1, WORKERS)}
    times = rates[WORKERS] / rates[1]
    print(f"{WORKERS} senders: {times:.1f} times one (at least {LEAST_TIMES} for four)")
    return 0 if times >= LEAST_TIMES else 1


def measured(settings: dict[str, str], workers: int) -> float:
    """Mails a second with so many senders."""
    perf.run(settings, "manage.py", "migrate", "--verbosity", "0")
    perf.run(settings, "manage.py", "flush", "--no-input", "--verbosity", "0")
    perf.run(settings, perf.__file__, "populate", str(MAILS))
    sink = subprocess.Popen(
        [sys.executable, perf.__file__, "sink", str(MAILS)],
        env=settings,
        cwd=perf.ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    environment = {**settings, "EMAIL_URL": f"smtp://127.0.0.1:{sink.stdout.readline().strip()}"}
    command = [sys.executable, "manage.py", "send_newsletter", "--once"]
    senders = [subprocess.Popen(command, env=environment, cwd=perf.ROOT) for _ in range(workers)]
    failed = [sender.wait() for sender in senders]
    report = json.loads(sink.communicate("\n")[0])
    if any(failed) or report["accepted"] != MAILS or report["doubled"]:
        sys.exit(f"Not each mail once: {report}")
    print(f"{workers} on PostgreSQL: {report['accepted']} mails, {report['per_second']:.0f} a second")
    return report["per_second"]


if __name__ == "__main__":
    sys.exit(main())
