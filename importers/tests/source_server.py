"""A small web server on this machine that serves recorded files, and fails as real ones do."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One way to answer: a status, a body, further headers; `cut` sends only that many of the bytes announced."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


@dataclass
class SourceServer:
    """`answers` maps a path to what is answered in turn, the last for ever; `asked` is what came."""

    address: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, *answers: Answer) -> str:
        """Answer `path` so from now on; returns its whole address."""
        self.answers[path] = list(answers)
        return self.address + path


def _handler(server: Callable[[], SourceServer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            here = server()
            here.asked.append((self.path, dict(self.headers)))
            waiting = (
                here.answers.get(self.path) or here.answers.get(self.path.partition("?")[0]) or [Answer(status=404)]
            )
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            if answer.status == 200 and self.headers.get("If-None-Match") == etag:
                self._head(304, 0, {"ETag": etag})
                return
            headers = {"ETag": etag, **answer.headers} if answer.status == 200 else answer.headers
            self._head(answer.status, len(answer.body), headers)
            sent = answer.body if answer.cut is None else answer.body[: answer.cut]
            self.wfile.write(sent)
            if answer.cut is not None:
                self.close_connection = True

        def _head(self, status: int, length: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *arguments) -> None:
            """Say nothing."""

    return Handler


@contextlib.contextmanager
def running() -> Iterator[SourceServer]:
    """A server that runs while the block does."""
    holder: list[SourceServer] = []
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: holder[0]))
    holder.append(SourceServer(f"http://127.0.0.1:{http.server_port}"))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield holder[0]
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
