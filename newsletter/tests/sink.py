"""A real SMTP server on 127.0.0.1 that writes each message down before it answers, with faults.

A `Plan` is asked at every point of the protocol and may answer differently, cut the connection,
or kill or stop the client's process. Its points, in the order of a session:

    ehlo  mail  rcpt  data (before the 354)  body (first bytes seen)
    dot (whole message here, not yet written down)  logged (written down, not answered)
    answered (shortly after the answer)  quit
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

POINTS = ("ehlo", "mail", "rcpt", "data", "body", "dot", "logged", "answered", "quit")
AFTER_ANSWER_SECONDS = 0.002


class Drop(Exception):
    """Cut the connection here, without an answer."""


@dataclass(frozen=True)
class Moment:
    """Where a session stands: the point, how often it was reached, the recipient, the client's port."""

    point: str
    count: int
    recipient: str
    port: int


Plan = Callable[[Moment], str | None]


def no_faults(moment: Moment) -> str | None:
    """Everything goes well."""
    return None


@dataclass
class Sink:
    """Use as a context manager; `accepted` lists recipients in order, `messages` their bytes.

    `keep` limits how many whole messages are kept (None: all). `pipelining` offers RFC 2920.
    """

    plan: Plan = no_faults
    keep: int | None = None
    pipelining: bool = False
    accepted: list[str] = field(default_factory=list)
    message_ids: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    reached: Counter = field(default_factory=Counter)

    def __enter__(self) -> Sink:
        self._controller = _Controller(self)
        self._controller.start()
        return self

    def __exit__(self, *exception) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.server.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        """Sessions that greeted."""
        return self.reached["ehlo"]

    def at(self, point: str, server: SMTP, recipient: str = "") -> str | None:
        """Ask the plan; return a reply that replaces the usual one."""
        self.reached[point] += 1
        port = server.session.peer[1]
        return self.plan(Moment(point, self.reached[point], recipient, port))

    def copies(self) -> Counter:
        """How often each recipient's message was written down."""
        return Counter(self.accepted)


class _Controller(Controller):
    def __init__(self, sink: Sink):
        self._sink = sink
        super().__init__(_Handler(sink), hostname="127.0.0.1", port=0)

    def factory(self):
        return _Server(self._sink, self.handler, hostname="sink.test", enable_SMTPUTF8=True)

    def _trigger_server(self):
        """Knock at the port the system chose; aiosmtpd would knock at port 0."""
        socket.create_connection(self.server.sockets[0].getsockname(), timeout=5).close()


class _Server(SMTP):
    """aiosmtpd with the points its handlers cannot see."""

    def __init__(self, sink: Sink, *args, **kwargs):
        self._sink = sink
        self._waits_for_body = False
        super().__init__(*args, **kwargs)

    async def smtp_DATA(self, arg):
        if not self.envelope.rcpt_tos:  # asked in one packet with a recipient that was refused
            await super().smtp_DATA(arg)
            return
        reply = await self._guarded("data", self.envelope.rcpt_tos[0])
        if reply is not None:
            await self.push(reply)
            return
        self._waits_for_body = True
        await super().smtp_DATA(arg)

    def data_received(self, data):
        if self._waits_for_body:
            self._waits_for_body = False
            try:
                self._sink.at("body", self, self.envelope.rcpt_tos[0])
            except Drop:
                self.transport.abort()
                return
        super().data_received(data)

    async def smtp_QUIT(self, arg):
        self._sink.at("quit", self)
        await super().smtp_QUIT(arg)

    async def push(self, status):
        await super().push(status)
        if str(status).startswith("250 2.0.0"):
            recipient = self._sink.accepted[-1]
            self.loop.call_later(AFTER_ANSWER_SECONDS, self._after_answer, recipient)

    def _after_answer(self, recipient: str) -> None:
        if self.session is not None:
            self._sink.at("answered", self, recipient)

    async def _guarded(self, point: str, recipient: str) -> str | None:
        try:
            return self._sink.at(point, self, recipient)
        except Drop:
            self.transport.abort()
            await asyncio.sleep(3600)
            return None


class _Handler:
    def __init__(self, sink: Sink):
        self._sink = sink

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        reply = await server._guarded("ehlo", "")
        if self._sink.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses if reply is None else [reply]

    async def handle_HELO(self, server, session, envelope, hostname):
        session.host_name = hostname
        return await server._guarded("ehlo", "") or "250 sink.test"

    async def handle_MAIL(self, server, session, envelope, address, options):
        reply = await server._guarded("mail", "")
        if reply is not None:
            return reply
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = await server._guarded("rcpt", address)
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        recipient = envelope.rcpt_tos[0]
        reply = await server._guarded("dot", recipient)
        if reply is not None:
            return reply
        self._write_down(envelope)
        reply = await server._guarded("logged", recipient)
        return reply or f"250 2.0.0 queued as {len(self._sink.accepted)}"

    def _write_down(self, envelope) -> None:
        headers = BytesHeaderParser().parsebytes(envelope.content)
        self._sink.accepted.append(envelope.rcpt_tos[0])
        self._sink.senders.append(envelope.mail_from)
        self._sink.message_ids.append(headers["Message-ID"])
        if self._sink.keep is None or len(self._sink.messages) < self._sink.keep:
            self._sink.messages.append(envelope.content)


def process_at(port: int, candidates: list[int], attempts: int = 50) -> int:
    """Return which of the process ids `candidates` has the client's end of `port`.

    The kernel's table of connections is read while it changes and may lack a line for a moment, and
    other processes may hold the same port towards other servers; so every holder is looked at, repeatedly.
    """
    for _ in range(attempts):
        sockets = {f"socket:[{inode}]" for inode in _socket_inodes(port)}
        for pid in candidates:
            if sockets & _open_files(pid):
                return pid
        time.sleep(0.01)
    raise LookupError(f"No worker holds port {port}.")


def _open_files(pid: int) -> set[str]:
    found = set()
    with contextlib.suppress(FileNotFoundError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                found.add(os.readlink(entry))
    return found


def _socket_inodes(port: int) -> set[str]:
    """Numbers of the sockets whose own end is `port`; connections that nobody holds any more have 0."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {columns[9] for columns in lines if int(columns[1].rpartition(":")[2], 16) == port} - {"0"}


def kill(pid: int) -> None:
    """End a process at once, as a crash would, and wait until it no longer runs."""
    os.kill(pid, signal.SIGKILL)
