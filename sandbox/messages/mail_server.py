"""A mail server that refuses what a town's real relay refuses, and keeps the rest.

Source: RFC 5321 (replies), RFC 5322 (a message has From and Date), RFC 6647 (greylisting).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from email import message_from_bytes
from email.policy import default
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.messages.faults import Faults
from sandbox.messages.inbox import Inbox

LARGEST_BYTES = 1_000_000
_FULL_ADDRESS = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")


class _Desk:
    """Answers each step of a delivery; aiosmtpd calls these by name."""

    def __init__(self, inbox: Inbox, faults: Faults) -> None:
        self._inbox = inbox
        self._faults = faults

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _FULL_ADDRESS.fullmatch(address):
            return "504 5.5.2 Sender address rejected: need fully-qualified address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _FULL_ADDRESS.fullmatch(address):
            return "504 5.5.2 Recipient address rejected: need fully-qualified address"
        if self._faults.spend("smtp_greylist"):
            return "451 4.7.1 Greylisted, please come back later"
        if self._faults.spend("smtp_no_mailbox"):
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(_bytes(envelope.content), policy=default)
        missing = [name for name in ("From", "To", "Subject", "Date", "Message-ID") if not message[name]]
        if missing:
            return f"550 5.6.0 Message rejected: no {missing[0]} header"
        if self._faults.spend("smtp_cut"):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 4.4.2 Connection dropped"
        body = message.get_body(("plain",))
        text = str(body.get_content()) if body else ""
        for address in envelope.rcpt_tos:
            self._inbox.take("email", address, str(message["Subject"]), text)
        return "250 2.0.0 Ok: queued"


def _bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


class MailServer:
    """The server on a port of this machine, in a thread of its own; with `login`, nobody else may send."""

    def __init__(
        self,
        inbox: Inbox,
        faults: Faults,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        desk = _Desk(inbox, faults)
        options: dict[str, Any] = {"data_size_limit": LARGEST_BYTES, "enable_SMTPUTF8": True}
        options |= {"hostname": "stand-in.example", "ident": "ESMTP", "loop": self._loop}
        if tls is not None:
            options |= {"tls_context": tls, "require_starttls": True}
        if login is not None:
            options |= {"auth_required": True, "authenticator": _only(*login)}
        self._factory = lambda: SMTP(desk, **options)
        self._thread = Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End the server and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(self._factory, sock=self._listener))
        try:
            self._loop.run_forever()
        finally:
            server.close()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def _only(name: str, password: str) -> Any:
    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login, data.password)
        right = given == (name.encode(), password.encode())
        # Not handled, so that the server itself says 535.
        return AuthResult(success=right, handled=right)

    return check
