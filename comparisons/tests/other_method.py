"""The method with other constants, for tests that look for texts and rules that do not follow it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from comparisons.core.method import METHOD


@contextmanager
def method_in_use(**constants: float) -> Iterator[None]:
    """Compute, decide and print as if these had always been the method's constants.

    The one instance in use is changed in place and restored: everything that follows from a
    constant is worked out when asked for, and this is what shows it.
    """
    genuine = {name: getattr(METHOD, name) for name in constants}
    try:
        for name, value in constants.items():
            object.__setattr__(METHOD, name, value)
        yield
    finally:
        for name, value in genuine.items():
            object.__setattr__(METHOD, name, value)
