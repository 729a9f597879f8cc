"""WHAT WE SAY: standings, pairs, verdicts."""
