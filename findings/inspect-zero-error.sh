#!/usr/bin/env bash
# Inspect's standard error of a score is 0 exactly where the sample says least.
#
# Expected  No standard error (None or NaN) for one question, and something wider than nothing where every answer was right.
# Package   inspect-ai 0.3.285 (PyPI)
# Seen      stderr() returns 0 for a single question, and 0 for 10 of 10 right; bootstrap_stderr() likewise. A reader that
#           takes a published error at its word holds "1 of 1" for certain.
# Lesson    An error of 0 counts as not published; the error then follows from the number of questions
#           (comparisons/core/single_benchmark.py, test_an_error_of_nil_is_no_certainty).
# Last run  2026-11-30
set -euo pipefail
room=$(mktemp -d); trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check "inspect-ai==0.3.285"
"$room/venv/bin/python" - <<'PYTHON'
import sys
from inspect_ai.scorer import SampleScore, Score, bootstrap_stderr, stderr

seen = []
for right, asked in ((1, 1), (0, 1), (10, 10), (9, 10)):
    scores = [SampleScore(score=Score(value=float(i < right)), sample_id=i) for i in range(asked)]
    seen.append((stderr()(scores), bootstrap_stderr()(scores)))
    print(f"{right} of {asked} right: stderr {seen[-1][0]:.3f}, bootstrap_stderr {seen[-1][1]:.3f}")
as_described = seen[:3] == [(0, 0)] * 3 and min(seen[3]) > 0
print("As described." if as_described else "Changed: this finding is history.")
sys.exit(0 if as_described else 1)
PYTHON
