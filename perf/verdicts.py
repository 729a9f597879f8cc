"""Measures `check_verdicts` against an earlier build of it, both in one run on the same catalogue.

    python perf/verdicts.py FOLDER [--before ec37efe] [--pairs 1500]

The earlier build is checked out into a temporary folder; both import the CSV folder into a SQLite
database of their own. Then one process of each takes turns, 25 pairs at a time and the same pairs, so that a
busy machine slows both alike. Milliseconds are of processor time and of checking alone. Laws have been
added since, so the later build checks more of each pair.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TURN = 25  # pairs
WORKER = """
import os, random, sys, time
sys.path.insert(0, os.getcwd())
import django
django.setup()
try:
    from comparisons.pairs.verdict_check import Proof
except ImportError:  # where it was before
    from comparisons.verdict_check import Bench as Proof
proof = Proof("verified")
pairs = list(getattr(proof, "bench", proof).pairs())
random.Random(0).shuffle(pairs)
print(len(pairs), flush=True)
for line in sys.stdin:
    first, last = map(int, line.split())
    started = time.process_time()
    claims = sum(proof.check(number, *pairs[number]).claims for number in range(first, last))
    print(time.process_time() - started, claims, flush=True)
"""


class Build:
    """A state of the source, its database and one process that checks pairs on demand."""

    def __init__(self, name: str, root: Path, scratch: Path, folder: str):
        self.name, self.seconds, self.claims = name, 0.0, 0
        self._root = root
        self._environment = {
            **os.environ, "ENV_FILE": "", "SECRET_KEY": "perf", "DEBUG": "true", "CACHE_DIR": "",
            "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": f"sqlite:///{scratch / name}.sqlite3",
        }  # fmt: skip
        for command in (("migrate", "--verbosity", "0"), ("import_data", "csv", folder)):
            subprocess.run([sys.executable, "manage.py", *command], check=True, cwd=root, env=self._environment)
        self._worker = subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=root, env=self._environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.pairs = int(self._worker.stdout.readline())

    def check(self, first: int, last: int) -> None:
        """Check some pairs, and add up what they take."""
        print(first, last, file=self._worker.stdin, flush=True)
        seconds, claims = self._worker.stdout.readline().split()
        self.seconds += float(seconds)
        self.claims += int(claims)

    def close(self) -> None:
        """End the process."""
        self._worker.stdin.close()
        self._worker.wait()


def compare(then: Build, now: Build, wanted: int) -> None:
    """Take turns and print the figures."""
    wanted = min(wanted, then.pairs, now.pairs)
    for first in range(0, wanted, TURN):
        for build in (then, now):
            build.check(first, min(wanted, first + TURN))
    for build in (then, now):
        print(f"{build.name}: {1000 * build.seconds / wanted:.2f} ms a pair, {build.claims} claims of {wanted} pairs")
        build.close()
    print(f"now {then.seconds / now.seconds:.2f} times as fast as then")


def main() -> None:
    """Check the earlier build out and measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the catalogue as CSV files")
    parser.add_argument("--before", default="ec37efe", metavar="COMMIT")
    parser.add_argument("--pairs", type=int, default=1500, metavar="N")
    options = parser.parse_args()
    folder = str(options.folder.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "before"
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), options.before], check=True)
        try:
            then = Build("then", tree, Path(scratch), folder)
            now = Build("now", ROOT, Path(scratch), folder)
            compare(then, now, options.pairs)
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


if __name__ == "__main__":
    main()
