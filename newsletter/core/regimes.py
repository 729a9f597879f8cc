"""Which handling a country asks for: the reviewed table of `data/regimes.toml`.

Pure: no Django. A regime picks wording, footer, subject label, age line and retention. It never
loosens the gate: everybody confirms by mail and leaves by one click.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UNKNOWN_COUNTRY = "XX"
DOUBT = "to be checked"
FALLBACK_REGIME = "XX"
# What delivery networks and registries answer when they do not know a country: unknown, Tor,
# “Europe” and “Asia-Pacific” as a whole.
NO_COUNTRY = frozenset({"", "XX", "ZZ", "T1", "EU", "AP"})
COUNTRY_PATTERN = re.compile(r"^[A-Z]{2}$")
DEFAULT_FILE = Path(__file__).resolve().parent.parent / "data" / "regimes.toml"


class RegimeTableError(ValueError):
    """The table of regimes contradicts itself; the message names row and remedy."""


@dataclass(frozen=True)
class Regime:
    """One row: what we do for readers of `countries`."""

    code: str
    name: str
    countries: tuple[str, ...]
    wording: str
    strictness: int
    postal_address: bool
    subject_label: str
    reconfirm_months: int
    age: int
    proof_years: int
    proof_to_year_end: bool
    review: bool
    rule: str
    source: str

    def keep_proof_until(self, left_at: dt.datetime) -> dt.datetime:
        """Return when the events of somebody who left at `left_at` may go (same time zone).

        `proof_years` later; with `proof_to_year_end` the end of that calendar year.
        """
        year = left_at.year + self.proof_years
        if self.proof_to_year_end:
            return left_at.replace(year=year + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        day = 28 if (left_at.month, left_at.day) == (2, 29) else left_at.day
        return left_at.replace(year=year, day=day)

    @property
    def proof_in_words(self) -> str:
        """How long proof is kept after the reader left: “3 years, to the end of that year”."""
        years = "1 year" if self.proof_years == 1 else f"{self.proof_years} years"
        return f"{years}, to the end of that calendar year" if self.proof_to_year_end else years


@dataclass(frozen=True)
class RegimeTable:
    """All rows, with the state of their review."""

    version: str
    reviewed_on: str
    reviewer: str
    regimes: tuple[Regime, ...]

    def by_code(self, code: str) -> Regime:
        """Return the row `code`; an unknown code gets the strictest row."""
        return self._index().get(code) or self._index()[FALLBACK_REGIME]

    def for_country(self, country: str) -> Regime:
        """Return the row of an ISO 3166 code; anything without a row of its own gets the strictest."""
        for regime in self.regimes:
            if country in regime.countries:
                return regime
        return self.by_code(FALLBACK_REGIME)

    def existing(self, code: str | None) -> str:
        """Return the code of a country that exists, or `UNKNOWN_COUNTRY`."""
        country = normal_country(code)
        return country if any(country in regime.countries for regime in self.regimes) else UNKNOWN_COUNTRY

    def stricter(self, first: str, second: str) -> Regime:
        """Return the stricter of two rows, given by code."""
        return max(self.by_code(first), self.by_code(second), key=lambda regime: regime.strictness)

    def in_need_of_review(self) -> tuple[Regime, ...]:
        """Return the rows a lawyer has not settled."""
        return tuple(regime for regime in self.regimes if regime.review or DOUBT in f"{regime.rule} {regime.source}")

    def _index(self) -> dict[str, Regime]:
        return {regime.code: regime for regime in self.regimes}


def normal_country(code: str | None) -> str:
    """Return an upper-case two-letter code, or `UNKNOWN_COUNTRY` for anything that names no country."""
    word = (code or "").strip().upper()
    return word if COUNTRY_PATTERN.match(word) and word not in NO_COUNTRY else UNKNOWN_COUNTRY


@cache
def load_regimes(file: Path = DEFAULT_FILE) -> RegimeTable:
    """Read and check the table. Raises `RegimeTableError` with a sentence when it is not consistent."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    regimes = tuple(_regime(row) for row in data["regime"])
    _check(regimes)
    return RegimeTable(data["version"], data["reviewed_on"], data["reviewer"], regimes)


def _regime(row: dict) -> Regime:
    expected = set(Regime.__dataclass_fields__)
    if set(row) != expected:
        wrong = ", ".join(sorted(set(row) ^ expected))
        raise RegimeTableError(f"Row {row.get('code', '?')} of the regimes has missing or unknown fields: {wrong}.")
    return Regime(**{**row, "countries": tuple(row["countries"])})


def _check(regimes: Iterable[Regime]) -> None:
    seen: dict[str, str] = {}
    codes: set[str] = set()
    ranks: dict[int, str] = {}
    for regime in regimes:
        if regime.code in codes:
            raise RegimeTableError(f"Regime {regime.code} stands in the table twice. Join the two rows.")
        codes.add(regime.code)
        if regime.strictness in ranks:
            raise RegimeTableError(
                f"Regimes {ranks[regime.strictness]} and {regime.code} are equally strict. "
                "Give each its own strictness, so that the stricter of two is always known."
            )
        ranks[regime.strictness] = regime.code
        for country in regime.countries:
            if country in seen:
                raise RegimeTableError(
                    f"Country {country} stands in the regimes {seen[country]} and {regime.code}. Remove it from one."
                )
            seen[country] = regime.code
    if ranks.get(max(ranks, default=0)) != FALLBACK_REGIME:
        raise RegimeTableError(
            f"The row {FALLBACK_REGIME} must exist and be the strictest: it answers for the unknown."
        )
