"""What happens when the catalogue changed: the standings follow, once, after the commit."""

from __future__ import annotations

from django.dispatch import receiver

from comparisons import standing_store
from models_catalog.signals import public_data_changed


@receiver(public_data_changed, dispatch_uid="comparisons.recompute")
def recompute_standings(sender, *, reason: str = "", bulk: bool = False, **kwargs):
    """Recompute; only bulk changes (imports) estimate the self-report offset afresh."""
    standing_store.recompute(reason, estimate_offset=bulk)
