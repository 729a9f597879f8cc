"""Who may enter the newsroom."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of staff. Readers and subscribers have no account."""
