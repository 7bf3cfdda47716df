"""Servers that take alerts in tests: one for mail and one for webhooks, which fail in the ways that real ones do."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FATES = ("no greeting", "busy", "sender refused", "receiver refused", "letter refused", "gone in the letter", "gone before the answer")
"""How a mail server fails: in none of these has it said 250 to the letter."""
BROKEN_GOODBYE = "gone after the answer"
"""The server has accepted the letter, and does not answer QUIT."""


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of ours."""


@dataclass
class Mailbox:
    """What a mail server has said 250 to: the letters, in order."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    refused: int = 0

    @property
    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]


@contextmanager
def mail_server(fate: Callable[[], str] = lambda: "", extensions: Sequence[str] = ()) -> Iterator[Mailbox]:
    """A mail server on this machine with these `extensions`; `fate` says of each connection how it fails, "" for one that does not."""
    box, lock = Mailbox(), threading.Lock()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.fate = fate()
            self.wfile.write(b"" if self.fate == "no greeting" else b"421 Busy\r\n" if self.fate == "busy" else b"220 Hello\r\n")
            if self.fate in {"no greeting", "busy"}:
                return self.fail()
            receivers: list[str] = []
            while line := self.rfile.readline().decode().strip():
                word = line.upper().split(":")[0].split()[0]
                if word == "RCPT":
                    receivers.append(line.partition("<")[2].rpartition(">")[0])
                if not self.answer(word, receivers):
                    return None
            return None

        def answer(self, word: str, receivers: list[str]) -> bool:
            """Whether the talk goes on."""
            refusals = {("MAIL", "sender refused"): b"451 Later\r\n", ("RCPT", "receiver refused"): b"550 No such user\r\n"}
            if word == "DATA":
                return self.take(receivers)
            if word == "QUIT":
                self.wfile.write(b"221 Bye\r\n")
                return False
            refusal = refusals.get((word, self.fate))
            if refusal:
                self.fail()
            names = ("OK", *extensions) if word == "EHLO" else ("OK",)
            lines = [f"250{'-' if at < len(names) else ' '}{name}\r\n" for at, name in enumerate(names, 1)]
            self.wfile.write(refusal or "".join(lines).encode())
            return True

        def take(self, receivers: list[str]) -> bool:
            self.wfile.write(b"354 Go on\r\n")
            if self.fate == "gone in the letter":
                self.rfile.readline()
                self.fail()
                return False
            lines = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line.decode())
            if self.fate in {"letter refused", "gone before the answer"}:
                self.fail()
                if self.fate == "letter refused":
                    self.wfile.write(b"554 No\r\n")
                return self.fate == "letter refused"
            with lock:
                box.letters.append(message_from_string("".join(lines)))
                box.receivers.append(receivers)
            self.wfile.write(b"250 Taken\r\n")
            return self.fate != BROKEN_GOODBYE

        def fail(self) -> None:
            with lock:
                box.refused += 1

    with _Server(("127.0.0.1", 0), Talk) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()


@dataclass
class Hook:
    """What was posted to a webhook: headers and body of each request, those that were not accepted included."""

    address: str = ""
    posted: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def hook_server(status: Callable[[], int] = lambda: 204, location: str = "") -> Iterator[Hook]:
    """A webhook on this machine that answers with `status`, and with a `location` where one is given."""
    hook = Hook()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.paths.append(self.path)
            hook.posted.append((dict(self.headers), json.loads(body)))
            self.send_response(status())
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        hook.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield hook
        finally:
            server.shutdown()
