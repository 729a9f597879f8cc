"""Mailboxes as the reader of bounces needs them: look at each mail once, then remove it or set it aside.

Nothing is lost here: a mail leaves the folder only after its copy stands in the other one.
"""

from __future__ import annotations

import base64
import contextlib
import imaplib
import mailbox
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from newsletter.core.mime import MOST_BYTES

IMAP_TIMEOUT_SECONDS = 60
SPOKEN = (OSError, imaplib.IMAP4.error)


class MailboxProblem(Exception):
    """The mailbox cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Mail:
    """One mail of the box: its first bytes, and the two things that may become of it."""

    raw: bytes
    remove: Callable[[], None]
    set_aside: Callable[[], None]


def mails(url: str, folder: str) -> Iterator[Mail]:
    """Yield every mail of the mailbox `url`; those set aside go to `folder` beside it.

    `url` is `imaps://USER:PASSWORD@HOST/FOLDER`, `imap://…` or `maildir:///PATH`. Raises MailboxProblem.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MailboxProblem(f"NEWSLETTER_INCOMING_URL cannot be read: {error}.") from error
    if parts.scheme == "maildir":
        return _maildir(Path(unquote(parts.path)), folder)
    if parts.scheme in ("imap", "imaps") and parts.hostname:
        return _imap(parts, port, folder)
    raise MailboxProblem(
        "NEWSLETTER_INCOMING_URL names no mailbox. Write imaps://USER:PASSWORD@HOST/INBOX or maildir:///PATH."
    )


# --- A folder of this machine -----------------------------------------------------------------------


def _maildir(path: Path, folder: str) -> Iterator[Mail]:
    if not (path / "new").is_dir():
        raise MailboxProblem(f"{path} is no Maildir: it has no folder “new”. Check NEWSLETTER_INCOMING_URL.")
    with contextlib.closing(mailbox.Maildir(str(path), create=False)) as box:
        for name in sorted(box.keys()):
            try:
                with contextlib.closing(box.get_file(name)) as file:
                    raw = file.read(MOST_BYTES)
            except (KeyError, FileNotFoundError):
                continue  # somebody else took it
            yield Mail(raw, lambda name=name: box.discard(name), lambda name=name: _move(box, name, folder))


def _move(box: mailbox.Maildir, name: str, folder: str) -> None:
    """Rename the file into the folder below; on one file system that is one step."""
    target = box.add_folder(folder)
    with contextlib.suppress(KeyError, FileNotFoundError):
        place = Path(box._path) / box._lookup(name)
        place.rename(Path(target._path) / "new" / name)


# --- A server ------------------------------------------------------------------------------------------


def _imap(parts: SplitResult, port: int | None, folder: str) -> Iterator[Mail]:
    connect = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    default_port = imaplib.IMAP4_SSL_PORT if parts.scheme == "imaps" else imaplib.IMAP4_PORT
    try:
        with connect(parts.hostname, port or default_port, timeout=IMAP_TIMEOUT_SECONDS) as server:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            box = _Folder(server, unquote(parts.path.strip("/")) or "INBOX", folder)
            yield from box.mails()
            box.expunge()
    except SPOKEN as error:
        raise MailboxProblem(f"The mailbox of NEWSLETTER_INCOMING_URL does not answer: {error}") from error


class _Folder:
    """One folder of an IMAP server, by UIDs, so that others may use it meanwhile."""

    def __init__(self, server: imaplib.IMAP4, name: str, aside: str):
        self._server = server
        self._aside = aside
        self._removed: list[str] = []
        status, answer = server.select(_quoted(name))
        if status != "OK":
            raise MailboxProblem(f"The folder of NEWSLETTER_INCOMING_URL cannot be opened: {answer}.")

    def mails(self) -> Iterator[Mail]:
        # What could not be moved is flagged, and stays for a person.
        _, answer = self._server.uid("SEARCH", "UNDELETED", "UNFLAGGED")
        for number in b" ".join(part for part in answer if part).decode("ascii", "replace").split():
            status, parts = self._server.uid("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            raw = next((part[1] for part in parts or () if isinstance(part, tuple)), None)
            if status == "OK" and raw is not None:
                yield Mail(raw, lambda number=number: self._remove(number), lambda number=number: self._set(number))

    def expunge(self) -> None:
        """Let go of what was removed, and where the server can, of nothing else."""
        if self._removed and "UIDPLUS" in getattr(self._server, "capabilities", ()):
            self._server.uid("EXPUNGE", ",".join(self._removed))
        elif self._removed:
            self._server.expunge()

    def _remove(self, number: str) -> None:
        status, answer = self._server.uid("STORE", number, "+FLAGS.SILENT", r"(\Deleted)")
        if status != "OK":
            raise MailboxProblem(f"Mail cannot be removed from the folder of NEWSLETTER_INCOMING_URL: {answer}.")
        self._removed.append(number)

    def _set(self, number: str) -> None:
        for name in self._names():
            status, _ = self._server.uid("COPY", number, _quoted(name))
            if status == "OK":
                self._remove(number)
                return
        self._server.uid("STORE", number, "+FLAGS.SILENT", r"(\Flagged)")

    def _names(self) -> Iterator[str]:
        """Yield the names the folder may have, making it where it is missing; some servers want it below INBOX."""
        _, answer = self._server.list('""', '""')
        found = re.search(rb'"(.)"', answer[0]) if answer and isinstance(answer[0], bytes) else None
        names = [self._aside, f"INBOX{found[1].decode('ascii', 'replace') if found else '.'}{self._aside}"]
        yield from names
        for name in names:
            status, _ = self._server.create(_quoted(name))
            if status == "OK":
                yield name


def _quoted(name: str) -> str:
    """Return a folder's name as IMAP wants it: quoted, other letters in its own UTF-7."""
    return '"' + _utf7(name).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(name: str) -> str:
    """RFC 3501, 5.1.3: “&” begins base64 of UTF-16, with “,” for “/” and no padding."""

    def encoded(run: re.Match) -> str:
        word = base64.b64encode(run[0].encode("utf-16-be")).decode()
        return "&" + word.rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^\x20-\x7e]+", encoded, name.replace("&", "&-"))
