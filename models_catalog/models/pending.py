"""What is committed and still has to be taken up by whoever derives something from the catalogue."""

from __future__ import annotations

from django.db import models


class PendingChange(models.Model):
    """Public data changed and what is derived from them does not show it yet.

    Written in the transaction of the change itself and deleted in the one that takes it up, so that a
    process killed between the two leaves a trace that any other finds.
    """

    reason = models.TextField(blank=True)
    bulk = models.BooleanField(default=False, help_text="An import or another large change is part of it.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"pending since {self.created_at:%Y-%m-%d %H:%M:%S}"
