"""What a reader has been told so far, so that changing between weekly and monthly leaves no gap and no repeat.

Pure: no Django. Weeks and months overlap. Whoever changes from one to the other gets the next issue
from where the last one ended, be that in its middle or before its beginning.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Coverage:
    """How often a reader hears, until when they were told, and from when the next issue has to tell.

    `tell_from` is set only by a change of frequency; without it an issue tells its own period.
    """

    frequency: str
    told_until: dt.datetime | None = None
    tell_from: dt.datetime | None = None

    def changed(self, frequency: str) -> Coverage:
        """Return what holds once the reader chose `frequency`."""
        if frequency == self.frequency:
            return self
        return replace(self, frequency=frequency, tell_from=self.told_until)

    def interval(self, newsletter: str, start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
        """Return what an issue of [start, end) tells this reader; None when it is not for them or all is told."""
        begin = self.tell_from or start
        return (begin, end) if newsletter == self.frequency and begin < end else None

    def after(self, newsletter: str, start: dt.datetime, end: dt.datetime) -> Coverage:
        """Return what holds after that issue, also when a break kept it from the reader."""
        if self.interval(newsletter, start, end) is None:
            return self
        return replace(self, told_until=end, tell_from=None)
