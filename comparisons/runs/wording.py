"""The sentences about paired answers, for pages and for the command line alike."""

from __future__ import annotations

from comparisons.core.item_call import CLEAR, LIKELY, ItemCall
from comparisons.core.paired import Paired
from models_catalog.core import display


def paired_sentence(first: str, second: str, paired: Paired, call: ItemCall) -> str:
    """“On the 198 questions both answered, A beat B on 31 and lost on 19 (148 ties): 6.1 points …”."""
    questions = "the one question" if paired.items == 1 else f"the {display.count(paired.items)} questions"
    ties = f"{display.count(paired.ties)} {'tie' if paired.ties == 1 else 'ties'}"
    counts = (
        f"On {questions} both answered, {first} beat {second} on {display.count(paired.wins)} "
        f"and lost on {display.count(paired.losses)} ({ties})"
    )
    return f"{counts}: {difference_words(first, second, paired)}, {call_words(first, second, call)}."


def difference_words(first: str, second: str, paired: Paired) -> str:
    """“6.1 points for A, ± 4.2”."""
    gap = display.margin(abs(paired.difference))
    margin = "" if paired.margin is None else f" ± {display.margin(paired.margin)}"
    if display.margin(abs(paired.difference)) == display.margin(0):
        return f"no difference{margin and f',{margin} points'}"
    return f"{gap} points{margin} for {first if paired.difference > 0 else second}"


def call_words(first: str, second: str, call: ItemCall) -> str:
    """“clear for A”, “likely for B” or “too close to call”."""
    if call.favours is None:
        return "too close to call"
    return f"{call.word} for {(first, second)[call.favours]}" if call.word in (CLEAR, LIKELY) else "too close to call"
