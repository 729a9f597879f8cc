"""Mutants of the words of a verdict."""

from __future__ import annotations

from dataclasses import replace

from comparisons.core import (
    verdict,
    words,
)
from comparisons.core.records import CLEAR, LIKELY
from comparisons.tests.mutants import mutant


@mutant
def a_swing_names_the_loser(patch):
    text = "The shared result that favours {O} most is {scope}."
    patch.setitem(words.SENTENCES, ("biggest_swing", CLEAR), text)


@mutant
def the_headline_names_the_loser(patch):
    patch.setitem(words.HEADLINES, ("overall_lead", CLEAR), "{O} is clearly ahead")


@mutant
def a_likely_lead_is_called_clear(patch):
    patch.setitem(words.LEADS, LIKELY, words.LEADS[CLEAR])


@mutant
def a_clear_lead_is_called_too_close(patch):
    patch.setitem(words.SENTENCES, ("category_lead", CLEAR), "{Scope} is too close to call: {F_score} to {O_score}.")


@mutant
def an_even_category_is_called_clear(patch):
    genuine = verdict.even_sentence

    def bold(comparison, ledger):
        sentence = genuine(comparison, ledger)
        return replace(sentence, text=sentence.text.replace("too close to call", "clearly decided"))

    patch.setattr(verdict, "even_sentence", bold)


@mutant
def a_sentence_prints_a_number_of_its_own(patch):
    patch.setitem(words.SENTENCES, ("shared", LIKELY), "On 99 shared benchmarks {F} is ahead by {gap}.")
