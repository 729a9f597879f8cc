"""Reads numbers as people type and paste them: the one place that decides what a comma means.

A sign between digits is a decimal sign or a mark of thousands. Most texts can mean one thing only
(“87.5”, “87,5”, “1,322.5”, “1 322,5”); “28,983” and “1.322” can mean two, and are read only
where their neighbours show which sign is the decimal one. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

POINT, COMMA = ".", ","
UNDECIDED, MIXED = "", "mixed"
LONGEST = 40  # characters of a number; no figure of this site needs more

# Characters without width or direction marks, which travel along with copied text.
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0E: ".",
    0xFF0C: ",",
    0xFF05: "%",
    0xFF0D: "-",
    0xFF08: "(",
    0xFF09: ")",
    0x2212: "-",
    0x2019: "'",
}

PLAIN = re.compile(r"[0-9]+")
ONE_SIGN = re.compile(r"([0-9]*)([.,])([0-9]+)")
GROUPED = re.compile(r"([0-9]{1,3})((?:([.,' ])[0-9]{3})(?:\3[0-9]{3})*)(?:([.,])([0-9]+))?")


class UnreadableNumber(ValueError):
    """A text that is no number; the message is a sentence that shows the text and a remedy."""


class TwoReadings(UnreadableNumber):
    """A number whose sign can be a decimal one or a mark of thousands."""


def tidy(text: str) -> str:
    """`text` in plain characters: no invisible ones, ordinary spaces, ASCII digits and signs."""
    plain = SPACES.sub(" ", INVISIBLE.sub("", text)).translate(FULL_WIDTH)
    return " ".join(plain.split())


def sign_shown(number: str) -> str:
    """The decimal sign that a tidy number without its minus shows, or UNDECIDED where it shows none."""
    if match := ONE_SIGN.fullmatch(number):
        whole, sign, fraction = match.groups()
        return UNDECIDED if _two_readings(whole, sign, fraction) else sign
    match = GROUPED.fullmatch(number)
    if match is None or not _groups_agree(match):
        return UNDECIDED
    _, marks, mark, sign, _ = match.groups()
    if sign:
        return sign
    several = marks.count(mark) > 1
    return {COMMA: POINT, POINT: COMMA}.get(mark, UNDECIDED) if several else UNDECIDED


def _two_readings(whole: str, sign: str, fraction: str) -> bool:
    """Whether the sign could separate thousands: “28,983”, “1.322”; “0.125” cannot mean them."""
    if len(fraction) != 3 or not 1 <= len(whole) <= 3:
        return False
    return sign == COMMA or not whole.startswith("0")


def _groups_agree(match: re.Match) -> bool:
    """Whether marks of thousands and the decimal sign differ, and no group begins a number with 0."""
    whole, _, mark, sign, _ = match.groups()
    return mark != sign and not whole.startswith("0")


def decimal_sign(numbers: Iterable[str]) -> str:
    """The decimal sign of a column of tidy numbers: POINT, COMMA, MIXED, or UNDECIDED."""
    shown = {sign_shown(number.removeprefix("-")) for number in numbers} - {UNDECIDED}
    if len(shown) > 1:
        return MIXED
    return next(iter(shown), UNDECIDED)


def read_number(text: str, sign: str = UNDECIDED) -> Decimal:
    """The number that `text` is, under the decimal sign of its column.

    Raises TwoReadings where nothing decides between two readings, UnreadableNumber for what is
    no number or contradicts the column.
    """
    shown = tidy(text)
    if len(shown) > LONGEST:
        raise UnreadableNumber(f"“{shown[:20]}…” is too long for a number. Type one figure.")
    minus, number = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
    if PLAIN.fullmatch(number):
        return Decimal(minus + number)
    single, grouped = ONE_SIGN.fullmatch(number), GROUPED.fullmatch(number)
    if single is None and grouped is None:
        raise UnreadableNumber(f"“{shown}” is no number. Type one such as 87.5.")
    own = sign_shown(number)
    if own and sign in (POINT, COMMA) and own != sign:
        words = {POINT: "a decimal point", COMMA: "a decimal comma"}
        raise UnreadableNumber(
            f"“{shown}” is written with {words[own]}, its column with {words[sign]}. Write it alike."
        )
    if sign == MIXED and COMMA in number:
        raise UnreadableNumber(f"“{shown}” stands in a column that mixes decimal points and commas. Write them alike.")
    decided = own or (sign if sign in (POINT, COMMA) else UNDECIDED)
    if single is not None:
        return Decimal(minus + _with_one_sign(single, shown, decided))
    return Decimal(minus + _with_groups(grouped, shown))


def _with_one_sign(match: re.Match, shown: str, decided: str) -> str:
    whole, sign, fraction = match.groups()
    if not decided:
        raise TwoReadings(
            f"“{shown}” can mean {whole}.{fraction} or {whole.lstrip('0')}{fraction}. Write it without doubt, for "
            f"example {whole}.{fraction}0, or say which sign is the decimal one."
        )
    if sign == decided:
        if sign == COMMA and not whole:
            raise UnreadableNumber(f"“{shown}” begins with a comma. Write 0{shown}.")
        return f"{whole or '0'}.{fraction}"
    if whole.startswith("0"):
        raise UnreadableNumber(f"“{shown}” does not fit the other numbers of its column. Write it alike.")
    return whole + fraction


def _with_groups(match: re.Match, shown: str) -> str:
    whole, marks, mark, _, fraction = match.groups()
    if not _groups_agree(match):
        raise UnreadableNumber(f"“{shown}” is no number. Type one such as 1,322.5.")
    digits = whole + marks.replace(mark, "")
    return f"{digits}.{fraction}" if fraction else digits
