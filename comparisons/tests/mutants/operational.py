"""Mutants of prices, speeds and other facts of use."""

from __future__ import annotations

from dataclasses import replace

from comparisons.core import (
    operations,
)
from comparisons.tests.mutants import mutant, swapped


@mutant
def a_ratio_is_taken_with_a_free_price(patch):
    genuine = operations._line

    def careless(*args, **options):
        line = genuine(*args, **options)
        free = line.favours is not None and line.ratio is None and "advantage" in options
        return replace(line, ratio=float("inf"), ratio_text="Infinity times") if free else line

    patch.setattr(operations, "_line", careless)


@mutant
def free_is_taken_for_unknown(patch):
    genuine = operations._price_value
    patch.setattr(operations, "_price_value", lambda quote, amount: genuine(quote, amount or None))


@mutant
def an_unknown_price_is_taken_for_free(patch):
    genuine = operations._price_value
    patch.setattr(operations, "_price_value", lambda quote, amount: genuine(quote, amount or operations.Decimal(0)))


@mutant
def a_price_of_last_year_is_compared(patch):
    patch.setattr(operations, "is_current", lambda price, today: price.valid_to is not None)


@mutant
def a_placeholder_speed_is_a_measurement(patch):
    genuine = operations.quoted_speed
    patch.setattr(
        operations, "quoted_speed", lambda speeds, today: genuine([replace(s, suspect="") for s in speeds], today)
    )


@mutant
def the_older_knowledge_is_better(patch):
    genuine = operations._knowledge_cutoff

    def backwards(models, values):
        line = genuine(models, values)
        return replace(line, favours=swapped(line.favours))

    patch.setattr(operations, "_knowledge_cutoff", backwards)
