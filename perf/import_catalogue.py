"""Measures the import of a CSV folder into a fresh SQLite database: seconds and peak memory.

    python perf/import_catalogue.py FOLDER

Imports twice, each time in a process of its own, and checks the budgets: at most 10 s and
250 MB, nothing refused, and nothing to do the second time. Exits 1 when one is missed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS, MOST_MEGABYTES = 10, 250


def main(folder: str) -> int:
    """Run both imports; returns the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{Path(scratch) / 'perf.sqlite3'}"}
        manage(environment, "migrate", "--verbosity", "0")
        before = peak_megabytes()
        lines = []
        good = True
        for turn in ("first", "second"):
            started = time.perf_counter()
            lines.append(manage(environment, "import_data", "csv", folder))
            seconds = time.perf_counter() - started
            good &= seconds <= MOST_SECONDS
            print(f"{turn} import: {seconds:.1f} s (at most {MOST_SECONDS}) {lines[-1]}")
        megabytes = peak_megabytes()
        print(f"peak memory: {megabytes:.0f} MB (at most {MOST_MEGABYTES}; migrations alone: {before:.0f} MB)")
        good &= megabytes <= MOST_MEGABYTES
        good &= all(line.endswith("rejected=0") for line in lines)
        good &= lines[1].startswith("created=0 updated=0 ")
    print("within budget" if good else "BUDGET MISSED")
    return 0 if good else 1


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command; returns its last line. Stops with its messages when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout.strip().rpartition("\n")[2]


def peak_megabytes() -> float:
    """The largest resident memory any finished child process had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(str(Path(sys.argv[1]).resolve())))
