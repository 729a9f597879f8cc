"""What the comparisons app does when others call: standings and change log follow the catalogue,
and the newsroom's questions get their answers.

Everything is imported where it is needed, not here: a process that never computes, such as
a newsletter worker, should not carry the arithmetic in its memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from comparisons.signals import standings_recomputed
from models_catalog.newsroom import impact as newsroom_impact
from models_catalog.newsroom import queues as newsroom_queues
from models_catalog.signals import public_data_changed


def connect() -> None:
    """Listen from now on; called once when the app is ready."""
    public_data_changed.connect(recompute_standings, dispatch_uid="comparisons.recompute")
    standings_recomputed.connect(record_changes, dispatch_uid="comparisons.changelog")
    newsroom_impact.register_impact(impact)
    newsroom_impact.register_expectation(expectations)
    newsroom_queues.register(standing_queues)


def recompute_standings(sender, *, reason: str = "", bulk: bool = False, **kwargs) -> None:
    """Recompute once after the commit; only bulk changes (imports) estimate the self-report offset afresh."""
    from comparisons import standing_store

    standing_store.recompute(reason, estimate_offset=bulk)


def record_changes(sender, **kwargs) -> None:
    """Write the change log."""
    from comparisons import changelog

    changelog.record_after_recompute()


def impact(proposal: newsroom_impact.Proposal) -> newsroom_impact.Impact:
    """What publishing a proposal would do to ranks and verdicts."""
    from comparisons import impact as answers

    return answers.impact(proposal)


def expectations(rows: Sequence):
    """What a model's other results predict for each row."""
    from comparisons import impact as answers

    return answers.expectations(rows)


def standing_queues(today: dt.date) -> list[newsroom_queues.Queue]:
    """Work that the standings bring to light."""
    from comparisons import queues

    return queues.standing_queues(today)
