"""What the tests of the web side share: posting the box of a page, reading mails of the outbox."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import TransactionalMail
from newsletter.signup.form_tokens import day_token

FROM_HERE = {"headers": {"Origin": "http://testserver"}}
ADDRESS = "reader@example.org"


def sign_up(client: Client, address: str = ADDRESS, headers: dict | None = None, **fields):
    """Post the box as a browser does from a cached page of today."""
    data = {"email": address, "token": day_token(timezone.now()), "page": "/compare/a-vs-b/", **fields}
    extra = {key: fields.pop(key) for key in list(fields) if key == "REMOTE_ADDR"}
    data.pop("REMOTE_ADDR", None)
    return client.post(
        reverse("newsletter:subscribe"), data, headers={"Origin": "http://testserver", **(headers or {})}, **extra
    )


def ask_for_link(client: Client, address: str = ADDRESS, **extra):
    """Post the form that mails a link to the preferences."""
    data = {"email": address, "token": day_token(timezone.now())}
    return client.post(reverse("newsletter:preferences"), data, **FROM_HERE, **extra)


def mails(purpose: str = "") -> list[TransactionalMail]:
    """Mails in the outbox, oldest first."""
    rows = TransactionalMail.objects.order_by("pk")
    return list(rows.filter(purpose=purpose) if purpose else rows)


def path_in(mail: TransactionalMail) -> str:
    """The path of the one link of a mail."""
    return re.search(r"https?://[^/\s]+(/newsletter/\S+)", mail.text)[1]


def confirm(client: Client, path: str, country: str = "", **extra):
    """Open the page of a confirmation link and press its button."""
    page = client.get(path, {"country": country} if country else None, **extra)
    shown = re.search(r'name="shown" value="([^"]+)"', page.content.decode())[1]
    return client.post(path, {"shown": shown}, **extra)


def become_reader(client: Client, address: str = ADDRESS, country: str = ""):
    """Sign up and confirm; return the answer of the last step."""
    sign_up(client, address)
    return confirm(client, path_in(mails("confirm")[-1]), country)


def dump(*, without: tuple[str, ...] = ()) -> str:
    """Every table of the database as text, read past the models. Equal dumps mean that nothing changed."""
    parts = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in without:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                parts.append(f"{table}: {sorted(repr(row) for row in cursor.fetchall())}")
    return "\n".join(parts)
