"""How much self-reported results flatter: the record of the estimate (see `fitting.self_report_offset`)."""

from __future__ import annotations

from typing import NamedTuple


class OffsetFit(NamedTuple):
    """How much higher self-reported results sit than the same models' other results (points).

    `estimate` and its standard error `se` are None where no model tells; `models` have both
    kinds of results; `applied` is what the arithmetic subtracts from self-reported rows.
    """

    applied: float
    estimate: float | None
    se: float | None
    models: int
