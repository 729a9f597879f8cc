"""Operational facts of two models: prices, speed, limits, licence, dates.

A value is compared only where both models have one, of the same kind and current on the day
of the page. Unknown stays unknown: it is no zero, no tie and no reason to choose anybody.

A model's price is its own maker's (the first-party offer) where there is one, else the
cheapest offer of a named provider, and the text says whose it is. All four price lines of a
model quote the same offer, so that they can be added up. Speed follows the same order.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from comparisons.core.method import METHOD
from comparisons.core.model_values import Values, modality, model_values
from comparisons.core.records import AttributeLine, Offer, Side, Value
from models_catalog.core import display
from models_catalog.core.contradictions import contradictions, doubtful
from models_catalog.core.specs import HIGHER, LOWER, ModelSpec, PriceSpec, SpeedSpec

NOT_OUT_YET = "not released yet"
CONTRADICTED = "sources contradict each other"
NO_LONGER_OFFERED = "no longer offered"

PRICE_LABELS = {
    "price_input": "Input price",
    "price_output": "Output price",
    "price_cached": "Cached input price",
    "price_blended": "Blended price",
}
PRICE_UNIT = "USD per 1M tokens"
_COARSENESS = ("day", "month", "year")


def operational_lines(
    sides: tuple[Side, Side], today: dt.date, price_mix: tuple[int, int], image_tests: frozenset[str] = frozenset()
) -> tuple[AttributeLine, ...]:
    """Compare every operational attribute of two models as known on `today`.

    `image_tests` are the slugs of benchmarks that show pictures: results on them contradict a
    model “of text only”. What other facts contradict is compared with nothing.
    """
    quotes = tuple(_quoted(side, today, price_mix) for side in sides)
    models = sides[0].model, sides[1].model
    known = tuple(
        side.once(("values", today, price_mix), partial(_values, side, quote, today, price_mix))
        for side, quote in zip(sides, quotes, strict=True)
    )
    retired = any(quote is None and side.model.retired for quote, side in zip(quotes, sides, strict=True))
    missing = NO_LONGER_OFFERED if retired else display.NOT_PUBLISHED
    lines = [_price_line(attribute, _pick(known, attribute), price_mix, missing) for attribute in PRICE_LABELS]
    lines += [_output_speed(sides, _pick(known, "output_speed"))]
    lines += [_first_token(sides, _pick(known, "time_to_first_token"))]
    lines += [_context(_pick(known, "context_window")), _max_output(_pick(known, "max_output_tokens"))]
    lines += [
        _modalities("input_modalities", "Input", _pick(known, "input_modalities")),
        _modalities("output_modalities", "Output", _pick(known, "output_modalities")),
    ]
    lines += [_line("reasoning", "Reasoning", _pick(known, "reasoning"))]
    lines += [_open_weights(models, _pick(known, "open_weights"))]
    lines += [
        _line(attribute, label, _pick(known, attribute))
        for attribute, label in (
            ("licence", "Licence"),
            ("total_parameters", "Parameters"),
            ("active_parameters", "Active parameters"),
        )
    ]
    lines += [_knowledge_cutoff(models, _pick(known, "knowledge_cutoff"))]
    lines += [_line("release_date", "Released", _pick(known, "release_date"))]
    lines += [_line("status", "Status", _pick(known, "status"))]
    doubts = tuple(
        side.once(("doubts", today, price_mix, image_tests), partial(_doubts, side, quote, image_tests))
        for side, quote in zip(sides, quotes, strict=True)
    )
    if any(doubts):
        lines = [_without_contradicted(line, doubts) for line in lines]
    if all(model.out_by(today) for model in models):
        return tuple(lines)
    return tuple(_without_absent(line, models, today) for line in lines)


def _pick(known: tuple[Values, Values], attribute: str) -> tuple[Value | None, Value | None]:
    return known[0][attribute], known[1][attribute]


def _quoted(side: Side, today: dt.date, mix: tuple[int, int]) -> PriceSpec | None:
    return side.once(("quote", today, mix), partial(quoted_price, side.prices, today, mix))


def _values(side: Side, quote: PriceSpec | None, today: dt.date, mix: tuple[int, int]) -> Values:
    """Every attribute of one model as known on the day; what is not known is None."""
    model, speed = side.model, quoted_speed(side.speeds, today)
    return {
        "price_input": quote and _price_value(quote, quote.input),
        "price_output": quote and _price_value(quote, quote.output),
        "price_cached": quote and _price_value(quote, quote.cache_read),
        "price_blended": quote and _price_value(quote, blended(quote, mix)),
        "output_speed": speed and _speed_value(speed, speed.output_tokens_per_second, display.speed, speed.speed_range),
        "time_to_first_token": speed
        and _speed_value(speed, speed.time_to_first_token, display.seconds, speed.first_token_range),
        **model_values(model),
    }


def _doubts(side: Side, quote: PriceSpec | None, image_tests: frozenset[str]) -> frozenset[str]:
    """The facts of a model, and of the price that speaks for it, that other facts contradict."""
    prices = () if quote is None else (quote,)
    return doubtful(contradictions(side.model, side.results, prices, image_tests))


def _without_contradicted(line: AttributeLine, doubts: tuple[frozenset[str], frozenset[str]]) -> AttributeLine:
    """The line without values that are in doubt; dates of release stay, as nobody is chosen by them."""
    if line.attribute == "release_date" or not any(line.attribute in each for each in doubts):
        return line
    values = tuple(None if line.attribute in each else value for value, each in zip(line.values, doubts, strict=True))
    return replace(line, values=values, missing_text=CONTRADICTED, favours=None, ratio=None, ratio_text="")


def _without_absent(line: AttributeLine, models: tuple[ModelSpec, ModelSpec], today: dt.date) -> AttributeLine:
    """The line without values of a model that was not out yet on the day of the page."""
    out = tuple(model.out_by(today) for model in models)
    if all(out) or line.attribute == "release_date":
        return line
    values = tuple(value if there else None for value, there in zip(line.values, out, strict=True))
    return replace(line, values=values, missing_text=NOT_OUT_YET, favours=None, ratio=None, ratio_text="")


# ------------------------------------------------------------------ which price and speed speak


def is_current(price: PriceSpec, today: dt.date) -> bool:
    """Tell whether a price holds on the day: periods exclude their end; an undated price holds
    from the day it was seen on; of a retired model none does."""
    if not price.offered:
        return False
    if price.valid_to is not None and today >= price.valid_to:
        return False
    known_from = price.valid_from or price.observed_on
    return known_from is None or known_from <= today


def current_prices(prices: Iterable[PriceSpec], today: dt.date) -> tuple[PriceSpec, ...]:
    """The one current price of each provider, the newest if there are several, by provider."""
    by_provider: dict[str, list[PriceSpec]] = defaultdict(list)
    for price in prices:
        if is_current(price, today) and not (price.input is None and price.output is None):
            by_provider[price.provider].append(price)
    return tuple(max(by_provider[slug], key=_age) for slug in sorted(by_provider))


def _age(price: PriceSpec) -> tuple:
    """Newest last; of two reports of one day the dearer one, so as to promise nothing."""
    start = price.valid_from or price.observed_on or dt.date.min
    return start, price.observed_on or dt.date.min, price.input or Decimal(0), price.output or Decimal(0)


def blended(price: PriceSpec, mix: tuple[int, int]) -> Decimal | None:
    """Price of 1M tokens at `mix` input to output tokens; None unless both prices are known."""
    if price.input is None or price.output is None:
        return None
    return (price.input * mix[0] + price.output * mix[1]) / (mix[0] + mix[1])


def quoted_price(prices: Iterable[PriceSpec], today: dt.date, mix: tuple[int, int]) -> PriceSpec | None:
    """The price that speaks for a model: its maker's own, else the cheapest named provider's.

    An offer that names input and output price goes before one that does not.
    """

    def preference(price: PriceSpec) -> tuple:
        mixed = blended(price, mix)
        known = mixed if mixed is not None else price.input if price.input is not None else price.output
        return mixed is None, not price.first_party, known, price.provider

    return min(current_prices(prices, today), key=preference, default=None)


def quoted_speed(speeds: Iterable[SpeedSpec], today: dt.date) -> SpeedSpec | None:
    """The measurement that speaks for a model: at its maker, else at the fastest provider.

    Of several at one provider the latest counts. Suspect figures are none.
    """
    latest: dict[str, SpeedSpec] = {}
    for speed in sorted(speeds, key=_measured_order):
        measured = speed.output_tokens_per_second is not None or speed.time_to_first_token is not None
        known = speed.measured_on is None or speed.measured_on <= today
        if measured and known and not speed.suspect:
            latest[speed.provider] = speed

    def preference(speed: SpeedSpec) -> tuple:
        rate = speed.output_tokens_per_second
        return not speed.first_party, rate is None, -(rate or Decimal(0)), speed.provider

    return min(latest.values(), key=preference, default=None)


def _measured_order(speed: SpeedSpec) -> tuple:
    """Latest last; of two figures of one day the slower one, so as to promise nothing."""
    rate, wait = speed.output_tokens_per_second, speed.time_to_first_token
    return speed.measured_on or dt.date.min, -(rate or Decimal(0)), wait or Decimal(0)


def offers(side: Side, today: dt.date, mix: tuple[int, int]) -> tuple[Offer, ...]:
    """Every current offer of a model, cheapest first, the quoted one marked."""
    quoted = quoted_price(side.prices, today, mix)

    def order(price: PriceSpec) -> tuple:
        mixed = blended(price, mix)
        return mixed is None, mixed or Decimal(0), price.provider

    return tuple(
        Offer(
            provider=price.provider,
            provider_name=price.provider_name,
            first_party=price.first_party,
            quoted=price is quoted,
            input_text=display.money(price.input),
            output_text=display.money(price.output),
            cached_text=display.money(price.cache_read),
            blended_text=display.money(blended(price, mix)),
            since_text=_since(price),
            source_url=price.source_url,
        )
        for price in sorted(current_prices(side.prices, today), key=order)
    )


def _since(price: PriceSpec) -> str:
    if price.valid_from is not None:
        return f"since {display.date(price.valid_from)}"
    return f"seen on {display.date(price.observed_on)}" if price.observed_on is not None else "undated"


# ------------------------------------------------------------------ comparing two values


def _line(
    attribute: str,
    label: str,
    values: tuple[Value | None, Value | None],
    *,
    unit: str = "",
    better: str | None = None,
    missing: str = display.NOT_PUBLISHED,
    advantage: str = "",
    noticeable: Decimal | None = None,
) -> AttributeLine:
    """Compare two numbers by ratio; `advantage` is a template with {times} or {saving}."""
    bare = AttributeLine(attribute, label, unit, better, values, missing, None, None, "")
    if better is None or None in values:
        return bare
    favours = better_side(better, values[0].value, values[1].value, noticeable)
    if favours is None or values[0].text == values[1].text:
        return bare
    winner, loser = values[favours].value, values[1 - favours].value
    larger, smaller = max(winner, loser), min(winner, loser)
    if smaller <= 0:
        return AttributeLine(attribute, label, unit, better, values, missing, favours, None, "")
    text = advantage.format(times=display.ratio(larger, smaller), saving=display.saving(smaller, larger))
    ratio = float(larger) / float(smaller)
    return AttributeLine(attribute, label, unit, better, values, missing, favours, ratio, text)


def better_side(better: str, a: Decimal | float, b: Decimal | float, noticeable: Decimal | None = None) -> int | None:
    """Which of two known numbers is better by a noticeable difference (or another ratio): 0, 1 or None.

    Zero beats everything where lower is better ("free"), and loses everything where higher is.
    """
    larger, smaller = max(a, b), min(a, b)
    least = METHOD.noticeable_ratio if noticeable is None else noticeable
    if larger == smaller or (smaller > 0 and Decimal(str(larger)) / Decimal(str(smaller)) < least):
        return None
    return int((a < b) == (better == HIGHER))


def _price_line(
    attribute: str, values: tuple[Value | None, Value | None], mix: tuple[int, int], missing: str
) -> AttributeLine:
    label = PRICE_LABELS[attribute]
    if attribute == "price_blended":
        label = f"{label}, {mix_text(mix)}"
    return _line(attribute, label, values, unit=PRICE_UNIT, better=LOWER, missing=missing, advantage="{saving} less")


def mix_text(mix: tuple[int, int]) -> str:
    """The mix behind a blended price in words."""
    return f"{mix[0]} input to {mix[1]} output"


def _price_value(quote: PriceSpec, amount: Decimal | None) -> Value | None:
    if amount is None:
        return None
    note = f"{quote.provider_name}, {_since(quote)}"
    as_of = quote.observed_on or quote.valid_from
    return Value(amount, display.money(amount), quote.source_url, as_of, quote.provider_name, note)


def _output_speed(sides: tuple[Side, Side], values: tuple[Value | None, Value | None]) -> AttributeLine:
    return _line(
        "output_speed", "Output speed", values, unit="tokens/s", better=HIGHER, missing=_missing_speed(sides, values),
        advantage="{times} as fast",
    )  # fmt: skip


def _first_token(sides: tuple[Side, Side], values: tuple[Value | None, Value | None]) -> AttributeLine:
    return _line(
        "time_to_first_token", "Time to first token", values, unit="s", better=LOWER,
        missing=_missing_speed(sides, values), advantage="{saving} less",
    )  # fmt: skip


def speed_setup(speed: SpeedSpec, printed: Callable, spread: tuple[Decimal | None, Decimal | None]) -> str:
    """How a speed was measured, as far as it is known: “median of 5 runs (70 tokens/s to 82 tokens/s), prompt of
    512 tokens, from Oslo”."""
    parts = []
    if speed.runs:
        low, high = spread
        between = f" ({printed(low)} to {printed(high)})" if low is not None and high is not None and low < high else ""
        parts.append(f"median of {speed.runs} runs{between}" if speed.runs > 1 else "one run")
    if speed.prompt_tokens:
        parts.append(f"prompt of {display.count(speed.prompt_tokens)} tokens")
    if speed.region:
        parts.append(f"from {speed.region}")
    return ", ".join(parts)


def _speed_value(
    speed: SpeedSpec, amount: Decimal | None, printed: Callable, spread: tuple[Decimal | None, Decimal | None]
) -> Value | None:
    if amount is None:
        return None
    when = display.date(speed.measured_on) if speed.measured_on is not None else ""
    note = ", ".join(part for part in (speed.provider_name, when, speed_setup(speed, printed, spread)) if part)
    return Value(amount, printed(amount), speed.source_url, speed.measured_on, speed.provider_name, note)


def _missing_speed(sides: tuple[Side, Side], values: tuple) -> str:
    """Say "not measured", and whether figures were set aside as no measurements."""
    aside = any(
        value is None and any(speed.suspect for speed in side.speeds) for side, value in zip(sides, values, strict=True)
    )
    return f"{display.NOT_MEASURED} (a figure set aside)" if aside else display.NOT_MEASURED


# ------------------------------------------------------------------ facts of the models themselves


def _context(values: tuple[Value | None, Value | None]) -> AttributeLine:
    return _line(
        "context_window", "Context window", values, unit="tokens", better=HIGHER, advantage="{times} as long",
        noticeable=METHOD.noticeable_tokens_ratio,
    )  # fmt: skip


def _max_output(values: tuple[Value | None, Value | None]) -> AttributeLine:
    return _line(
        "max_output_tokens", "Maximum output", values, unit="tokens", better=HIGHER, advantage="{times} as long",
        noticeable=METHOD.noticeable_tokens_ratio,
    )  # fmt: skip


def _modalities(attribute: str, label: str, values: tuple[Value | None, Value | None]) -> AttributeLine:
    """One model is better off only where it takes everything the other takes, and more."""
    line = _line(attribute, label, values)
    if None in values:
        return line
    kinds = values[0].value, values[1].value
    for side in (0, 1):
        if set(kinds[side]) > set(kinds[1 - side]):
            extra = [modality(kind) for kind in kinds[side] if kind not in kinds[1 - side]]
            return replace(line, better=HIGHER, favours=side, ratio_text=f"also {display.listed(extra)}")
    return line


def _open_weights(models: tuple[ModelSpec, ModelSpec], values: tuple[Value | None, Value | None]) -> AttributeLine:
    line = _line("open_weights", "Open weights", values)
    if None in values or models[0].open_weights == models[1].open_weights:
        return line
    return replace(line, better=HIGHER, favours=0 if models[0].open_weights else 1, ratio_text="open weights")


def _knowledge_cutoff(models: tuple[ModelSpec, ModelSpec], values: tuple[Value | None, Value | None]) -> AttributeLine:
    """Newer is better, as far as both dates are known (2024 against April 2024 is undecided) and from a quarter on."""
    line = AttributeLine(
        "knowledge_cutoff", "Knowledge cutoff", "", HIGHER, values, display.NOT_PUBLISHED, None, None, ""
    )
    if None in values:
        return line
    coarser = max((m.knowledge_cutoff_precision for m in models), key=_COARSENESS.index)
    a, b = (_truncated(m.knowledge_cutoff, coarser) for m in models)
    apart = abs((models[0].knowledge_cutoff - models[1].knowledge_cutoff).days)
    if a == b or apart < METHOD.noticeable_days:
        return line
    return replace(line, favours=0 if a > b else 1, ratio_text="newer")


def _truncated(day: dt.date, precision: str) -> tuple[int, ...]:
    return (day.year, day.month, day.day)[: 3 - _COARSENESS.index(precision)]
