"""A small proof of work (hashcash over SHA-256), asked for only while sign-ups come in a flood.

Pure: no Django. The challenge is a text the server signed; the answer is a whole number such
that SHA-256 of `CHALLENGE:NUMBER` begins with a number of zero bits. It is one layer among
several: a patient robot passes it, a flood becomes expensive.
"""

from __future__ import annotations

import hashlib
import itertools

MOST_DIGITS = 16


def leading_zero_bits(digest: bytes) -> int:
    """Return how many bits of `digest` are zero before the first one."""
    value = int.from_bytes(digest, "big")
    return len(digest) * 8 - value.bit_length()


def is_solved(challenge: str, answer: str, bits: int) -> bool:
    """Tell whether `answer` (decimal digits, at most 16) solves `challenge` at `bits` zero bits."""
    if not (answer.isascii() and answer.isdigit() and len(answer) <= MOST_DIGITS):
        return False
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return leading_zero_bits(digest) >= bits


def solve(challenge: str, bits: int) -> str:
    """Return the smallest answer; about 2 ** `bits` hashes. For tests and for telling the cost."""
    return next(str(number) for number in itertools.count() if is_solved(challenge, str(number), bits))
