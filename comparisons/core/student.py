"""Student's t distribution without a library: its tail and its quantile, to twelve digits.

The tail is the regularised incomplete beta function, here by its continued fraction
(modified Lentz, Numerical Recipes section 6.4 names the method); the quantile by bisection
of the tail, which cannot run away.
"""

from __future__ import annotations

import math

TINY = 1e-300
ENOUGH = 1e-15
MOST_STEPS = 10_000
MANY = 100.0


def tail(t: float, freedom: float) -> float:
    """P(T > t) for `freedom` degrees of freedom; t may be infinite. Raises ValueError without freedom."""
    if not freedom > 0:
        raise ValueError("A t distribution needs at least some degrees of freedom.")
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    upper = _incomplete_beta(freedom / 2, freedom / (freedom + t * t)) / 2
    return upper if t >= 0 else 1 - upper


def quantile(share: float, freedom: float) -> float:
    """The t below which `share` of the distribution lies, 0 < share < 1. Raises ValueError otherwise."""
    if not 0 < share < 1:
        raise ValueError("A quantile is asked for a share between 0 and 1.")
    if share < 0.5:
        return -quantile(1 - share, freedom)
    low, high = 0.0, 2.0
    while tail(high, freedom) > 1 - share:
        low, high = high, high * 2
    while high - low > ENOUGH * max(1.0, high):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if tail(middle, freedom) > 1 - share else (low, middle)
    return (low + high) / 2


def _incomplete_beta(a: float, x: float) -> float:
    """I_x(a, 1/2), the share of a beta distribution below x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(_log_ratio(a) - math.log(math.pi) / 2 + a * math.log(x) + math.log1p(-x) / 2)
    if x < (a + 1) / (a + 2.5):
        return front * _fraction(a, 0.5, x) / a
    return 1 - 2 * front * _fraction(0.5, a, 1 - x)


def _log_ratio(a: float) -> float:
    """log Γ(a + 1/2) - log Γ(a), by its series where the two are too large to be subtracted."""
    if a < MANY:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    return math.log(a) / 2 - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function."""
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = d
    for step in range(1, MOST_STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d, c = _inverse(1 + even * d), _not_zero(1 + even / c)
        value *= d * c
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d, c = _inverse(1 + odd * d), _not_zero(1 + odd / c)
        value *= d * c
        if abs(d * c - 1) < ENOUGH:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def _inverse(value: float) -> float:
    return 1 / _not_zero(value)
