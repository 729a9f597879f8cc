"""A lean SMTP server on 127.0.0.1 for measuring senders: what costs time here is the sender's, not the server's.

It speaks what Postfix does (PIPELINING, 8BITMIME, SIZE), takes any number of connections, and writes each message
to a file before it answers. The server of the tests (`newsletter/tests/sink.py`) parses every line in Python, which
takes longer than a sender needs.
"""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

GREETING = b"220 sink.test ESMTP\r\n"
EXTENSIONS = b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"
END = b"\r\n.\r\n"


class LeanSink:
    """Use as a context manager. `accepted` are recipients in order, `moments` when each was written down."""

    def __init__(self, file: Path):
        self.accepted: list[str] = []
        self.moments: list[float] = []
        self.bytes = 0
        self._file = file.open("ab", buffering=0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> LeanSink:
        self._thread.start()
        made = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.port = made.result().sockets[0].getsockname()[1]
        return self

    def __exit__(self, *exception) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._file.close()

    async def _listen(self):
        return await self._loop.create_server(lambda: _Session(self), "127.0.0.1", 0)

    def write_down(self, recipient: str, message: bytes) -> None:
        """Keep one message."""
        self._file.write(message)
        self.bytes = len(message)
        self.accepted.append(recipient)
        self.moments.append(time.perf_counter())


class _Session(asyncio.Protocol):
    def __init__(self, sink: LeanSink):
        self._sink = sink
        self._pieces = bytearray()
        self._in_data = False
        self._recipient = ""

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        looked_at = max(0, len(self._pieces) - len(END))
        self._pieces += data
        while (end := self._pieces.find(END if self._in_data else b"\r\n", looked_at)) >= 0:
            piece = bytes(self._pieces[:end])
            del self._pieces[: end + (len(END) if self._in_data else 2)]
            looked_at = 0
            self._message(piece) if self._in_data else self._command(piece)

    def _message(self, message: bytes) -> None:
        self._sink.write_down(self._recipient, message)
        self._in_data = False
        self._transport.write(b"250 2.0.0 queued\r\n")

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._transport.write(EXTENSIONS)
        elif verb == b"DATA":
            self._in_data = True
            self._transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"221 2.0.0 bye\r\n")
            self._transport.close()
        else:
            if verb == b"RCPT":
                self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()
            self._transport.write(b"250 2.1.0 OK\r\n")
