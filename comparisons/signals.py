"""Signals of what we say."""

from django.dispatch import Signal

# Sent with `revision` (DatasetRevision) after new standings are committed.
standings_recomputed = Signal()
