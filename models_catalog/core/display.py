"""How numbers and dates read: the only place that rounds.

Every page, twin, card, feed and mail prints a quantity through these functions, so one
quantity has one text. `None` in gives the word for "not known" out. Figures keep a dot
as decimal sign and a comma between thousands, whatever the locale.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache

NOT_PUBLISHED = "not published"
NOT_MEASURED = "not measured"
FREE = "free"
SMALLEST_PRICE = Decimal("0.0001")
_MOST_DIGITS = 9

UNIT_SUFFIX = {
    "percent": " %",
    "elo": " Elo",
    "rating": "",
    "score": "",
    "points": " points",
    "usd": " USD",
    "seconds": " s",
    "minutes": " min",
}
UNIT_NAME = {
    "percent": "%",
    "elo": "Elo",
    "rating": "rating",
    "score": "score",
    "points": "points",
    "usd": "USD",
    "seconds": "s",
    "minutes": "min",
}


def decimal_of(value: float | int | Decimal) -> Decimal:
    """The shortest decimal that stands for `value` (0.1 is 0.1, not 0.1000000000000000055)."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


@lru_cache(maxsize=100_000)
def rounded(value: float | int | Decimal, places: int) -> Decimal:
    """`value` to `places` decimals, ties to even; never “-0”."""
    result = decimal_of(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return result if result else abs(result)


def grouped(value: Decimal) -> str:
    """A decimal with a comma between thousands."""
    return f"{value:,f}"


def overall_score(value: float | None) -> str:
    """A score of ours (overall or category): one decimal."""
    return NOT_MEASURED if value is None else grouped(rounded(value, 1))


def printed_gap(score_a: float, score_b: float) -> Decimal:
    """Gap between two scores of ours as printed: the difference of the printed scores, never negative."""
    return abs(rounded(score_a, 1) - rounded(score_b, 1))


def margin(value: float) -> str:
    """A margin of error in points: one decimal."""
    return grouped(rounded(value, 1))


def benchmark_figure(value: Decimal | float, unit: str) -> Decimal:
    """A reported score as printed, still a number: at most two decimals (Elo and large numbers: one)."""
    return rounded(value, 1 if unit == "elo" or abs(value) >= 1000 else 2)


def test_probability(p: float) -> str:
    """The p value of a test: three decimals, never 0."""
    return "less than 0.001" if p < 0.001 else grouped(rounded(p, 3))


def signed(value: float) -> str:
    """A lead over par in points: one decimal, always with its sign."""
    number = rounded(value, 1)
    return f"{'−' if number < 0 else '+'}{grouped(abs(number))}"


def factor(value: float) -> str:
    """A spread or a vote: two decimals."""
    return grouped(rounded(value, 2))


def plain(value: float) -> str:
    """A small count that may be broken, such as votes: at most one decimal."""
    return grouped(_trimmed(rounded(value, 1)))


def constant(value: float | int | None) -> str:
    """A constant of the method or a limit of a scale, with as many digits as it has."""
    return "–" if value is None else grouped(_trimmed(decimal_of(value)))


def benchmark_score(value: Decimal | float | None, unit: str, *, with_unit: bool = True) -> str:
    """A reported score in the benchmark's own unit, rounded as `benchmark_figure` says."""
    if value is None:
        return NOT_MEASURED
    text = grouped(_trimmed(benchmark_figure(value, unit)))
    return text + UNIT_SUFFIX.get(unit, "") if with_unit else text


def score_to_reach(value: float, unit: str, *, downwards: bool) -> Decimal:
    """A score that suffices, as printed: `value` rounded to the demanding side.

    Up where more is better, down (`downwards`) where less is, so that reaching the printed
    score reaches the exact one.
    """
    places = 1 if unit in ("elo", "percent") or abs(value) >= 1000 else 2
    direction = ROUND_FLOOR if downwards else ROUND_CEILING
    return decimal_of(value).quantize(Decimal(1).scaleb(-places), rounding=direction)


def score_margin(value: Decimal | float, unit: str) -> str:
    """A margin of error in a benchmark's own unit, without it: one decimal, two on small scales."""
    return grouped(_trimmed(rounded(value, 1 if unit in ("percent", "elo") or abs(value) >= 100 else 2)))


def score_difference(value: Decimal | float, unit: str) -> str:
    """Absolute difference of two reported scores; percentages differ by percentage points, never by ours."""
    number = benchmark_score(abs(value), unit, with_unit=False)
    return f"{number} percentage points" if unit == "percent" else number + UNIT_SUFFIX.get(unit, "")


def probability(value: float, limits: Iterable[float] = ()) -> str:
    """A probability as percent, rounded to a whole number; 99 % is the most that is ever printed.

    Words change at `limits`. A value whose whole number would stand on the wrong side of one
    gets the decimals that keep it on its own: with a limit of 0.95, 0.9497 reads “94.97 %”.
    """
    exact = decimal_of(value) * 100
    text = beside(exact, [decimal_of(limit) * 100 for limit in limits], places=0)
    return f"{min(Decimal(99), max(Decimal(1), Decimal(text)))} %"


def beside(value: float | Decimal, limits: Iterable[float | Decimal], *, places: int) -> str:
    """A figure with at least `places` decimals, and more where fewer would cross or touch a limit it misses."""
    exact = decimal_of(value)
    known = [decimal_of(limit) for limit in limits]
    for digits in range(places, _MOST_DIGITS):
        shown = rounded(exact, digits)
        if all((shown > limit) == (exact > limit) and (shown < limit) == (exact < limit) for limit in known):
            return grouped(shown)
    return grouped(exact)


def share(value: float) -> str:
    """A share of a whole with one decimal, “3.5 %”."""
    return f"{rounded(100 * value, 1)} %"


def weight_share(value: float) -> str:
    """A category weight as percent: whole where it is whole, else one decimal."""
    return f"{_trimmed(rounded(100 * value, 1))} %"


def share_to_reach(value: float) -> Decimal:
    """A share of a whole that suffices, as printed by `weight_share`: rounded up to 0.1 %."""
    return decimal_of(value).quantize(Decimal("0.001"), rounding=ROUND_CEILING)


def saving(smaller: Decimal | float, larger: Decimal | float) -> str:
    """How much less the smaller one is: “33 %”. `larger` must be above 0."""
    percent = int(rounded(100 * (1 - decimal_of(smaller) / decimal_of(larger)), 0))
    return f"{min(99, percent)} %"


def money(value: Decimal | float | None) -> str:
    """USD for 1M tokens: cents, or as many decimals as the price needs; 0 is free."""
    if value is None:
        return NOT_PUBLISHED
    exact = decimal_of(value)
    if exact == 0:
        return FREE
    return f"${_price_digits(exact)}" if exact >= SMALLEST_PRICE else f"under ${SMALLEST_PRICE}"


def money_figure(value: Decimal | float | None) -> str:
    """Like `money` without the sign, for columns whose head names the unit."""
    return money(value).replace("$", "")


def _price_digits(value: Decimal) -> str:
    if value >= Decimal("0.10") and value == value.quantize(Decimal("0.01")):
        return grouped(value.quantize(Decimal("0.01")))
    places = 2 if value >= 1 else 4
    text = rounded(value, places)
    trimmed = _trimmed(text)
    return grouped(trimmed if trimmed.as_tuple().exponent <= -2 else trimmed.quantize(Decimal("0.01")))


def ratio(larger: Decimal | float, smaller: Decimal | float) -> str:
    """How many times the smaller one fits: “3.2 times”. `smaller` must be above 0."""
    times = decimal_of(larger) / decimal_of(smaller)
    digits = rounded(times, 1 if times < 10 else 0)
    return f"{grouped(_trimmed(digits))} times"


def tokens(value: int | None) -> str:
    """A token count: 128K, 1.05M, 32.8K."""
    if value is None:
        return NOT_PUBLISHED
    if value < 1000:
        return str(value)
    if value < 999_950:
        return f"{_trimmed(rounded(Decimal(value) / 1000, 1 if value < 100_000 else 0))}K"
    return f"{_trimmed(rounded(Decimal(value) / 1_000_000, 2))}M"


def count(value: int) -> str:
    """A whole number with a comma between thousands."""
    return f"{value:,d}"


def parameters(value: int | None) -> str:
    """A parameter count: 7B, 671B, 1T."""
    if value is None:
        return NOT_PUBLISHED
    for size, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M")):
        if value >= size:
            return f"{_trimmed(rounded(Decimal(value) / size, 1))}{letter}"
    return count(value)


def speed(value: Decimal | float | None) -> str:
    """Output tokens per second."""
    return "not measured" if value is None else f"{_trimmed(rounded(value, 1 if value < 10 else 0))} tokens/s"


def seconds(value: Decimal | float | None) -> str:
    """A duration in seconds."""
    return "not measured" if value is None else f"{_trimmed(rounded(value, 2))} s"


def date(value: dt.date | None, precision: str = "day") -> str:
    """A date in words: 5 August 2025, August 2025 or 2025."""
    if value is None:
        return NOT_PUBLISHED
    if precision == "year":
        return str(value.year)
    if precision == "month":
        return f"{value:%B} {value.year}"
    return f"{value.day} {value:%B} {value.year}"


_DATE_WORDS = {"evaluated": "measured", "published": "published", "recorded": "recorded"}


def dated(value: dt.date | None, kind: str) -> str:
    """A result's date with what it is the date of: “published 5 August 2025”; never “measured” unless it was."""
    return "date not known" if value is None else f"{_DATE_WORDS.get(kind, 'dated')} {date(value)}"


def parse_day(text: str) -> dt.date | None:
    """A day written as 2026-05-01, or None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def month(value: dt.date | None) -> str:
    """A short month for narrow cells: Apr 2024."""
    return NOT_PUBLISHED if value is None else f"{value:%b} {value.year}"


def yes_no(value: bool | None) -> str:
    """A fact that holds, does not hold, or is not published."""
    return NOT_PUBLISHED if value is None else ("yes" if value else "no")


def in_sentence(name: str) -> str:
    """A category's name inside a sentence: “Math” is “math”, “QA” and “3D vision” stay."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a list in a sentence: “a”, “a and b”, “a, b and c”."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: “1 benchmark”, “9 benchmarks”."""
    return f"{count(number)} {singular if number == 1 else plural or singular + 's'}"


def part(number: int, whole: int) -> str:
    """How many of a whole: “4 of 8”, “all 8”; “the only” where there is one."""
    if number < whole:
        return f"{count(number)} of {count(whole)}"
    return "the only" if whole == 1 else f"all {count(whole)}"


def ordinal(number: int) -> str:
    """A place in a row: 2nd, 3rd, 11th."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{count(number)}{suffix}"


def shares_adding_up(values: list[float], places: int = 1) -> list[Decimal]:
    """Round parts of a whole so that the printed parts add up to the printed whole.

    Largest-remainder rounding: each part is rounded down, and the units that are then
    missing go to the parts that lost most (the earlier one on a tie).
    """
    unit = Decimal(1).scaleb(-places)
    whole = rounded(sum(decimal_of(v) for v in values), places)
    floors = [(decimal_of(v) / unit).to_integral_value(rounding="ROUND_FLOOR") * unit for v in values]
    missing = int((whole - sum(floors, Decimal(0))) / unit)
    losses = sorted(range(len(values)), key=lambda i: (floors[i] - decimal_of(values[i]), i))
    for i in losses[:missing]:
        floors[i] += unit
    return floors


def _trimmed(value: Decimal) -> Decimal:
    """`value` without closing zeros behind the dot, and never in exponent form."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    return value.normalize()
