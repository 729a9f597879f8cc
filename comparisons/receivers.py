"""What the comparisons app does when others call: standings and change log follow the catalogue.

Everything is imported where it is needed, not here: a process that never computes, such as
a newsletter worker, should not carry the arithmetic in its memory.
"""

from __future__ import annotations

from comparisons.signals import standings_recomputed
from models_catalog.signals import public_data_changed


def connect() -> None:
    """Listen from now on; called once when the app is ready."""
    public_data_changed.connect(recompute_standings, dispatch_uid="comparisons.recompute")
    standings_recomputed.connect(record_changes, dispatch_uid="comparisons.changes.log")


def recompute_standings(sender, *, reason: str = "", bulk: bool = False, **kwargs) -> None:
    """Recompute once after the commit, unless another process has taken the change up already."""
    from comparisons import standing_store

    standing_store.recompute_pending()


def record_changes(sender, **kwargs) -> None:
    """Write the change log."""
    from comparisons.changes import log as changelog

    changelog.record_after_recompute()
