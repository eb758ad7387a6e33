"""One-time codes by e-mail. Outside this machine the mail server must speak TLS, with a name we check."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from bridge.domain.code_message import CodeMessage
from bridge.domain.contact import Reachable
from bridge.errors import ConfigurationError, PermanentError, RemoteError, TransientError
from bridge.setting_types import LOOPBACK
from bridge.usecases.ports import Clock

SYSTEM = "mail"
TIMEOUT_S = 10.0
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\x00-\x20\x7f]{1,64}@[^\s@<>\"(),:;\\\x00-\x20\x7f]{1,190}")
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """A `CodeSender` for e-mail. `url` reads `smtp://host:25` or `smtps://user:password@host:465`."""

    url: str = field(repr=False)
    sender: str
    clock: Clock
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        """Refuse what could never send. Raises: ConfigurationError."""
        if not _ADDRESS.fullmatch(self.sender):
            raise ConfigurationError("BRIDGE_MAIL_FROM: expected an address like demarches@ville.fr")
        if not urlsplit(self.url).hostname:
            raise ConfigurationError("BRIDGE_SMTP_URL: expected smtp://host:25 or smtps://host:465")

    def send(self, to: Reachable, message: CodeMessage) -> None:
        """Hand the message over to the mail server, once. Raises: TransientError, PermanentError."""
        if to.email is None or not _ADDRESS.fullmatch(to.email):
            raise PermanentError("the Contact has no e-mail address", system=SYSTEM, code="mail.no_address")
        written = self._written(to.email, message)
        with _translated(), self._connected() as server:
            server.send_message(written, self.sender, [to.email])

    def greet(self) -> None:
        """Connect, secure the line and log in, sending nothing. Raises: TransientError, PermanentError."""
        with _translated(), self._connected() as server:
            server.noop()

    def _written(self, address: str, message: CodeMessage) -> EmailMessage:
        written = EmailMessage(policy=SMTP)
        written["From"], written["To"], written["Subject"] = self.sender, address, message.subject
        written["Date"] = format_datetime(self.clock.now())
        written["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        # No out-of-office notice may answer a code.
        written["Auto-Submitted"] = "auto-generated"
        written.set_content(message.text)
        return written

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self.timeout_s, context=self.tls)
        else:
            opened = smtplib.SMTP(host, port, timeout=self.timeout_s)
        with opened as server:
            if parts.scheme == "smtp" and host not in LOOPBACK:
                server.starttls(context=self.tls)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the faults of a mail server into ours; its texts quote addresses, so they are not kept."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as fault:
        raise _ours(fault) from None


def _ours(fault: smtplib.SMTPException | OSError) -> RemoteError:
    if isinstance(fault, ssl.SSLError):
        return TransientError("The secure connection failed", system=SYSTEM, code="mail.tls")
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return PermanentError("The server lacks what we need of it", system=SYSTEM, code="mail.unsupported")
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return PermanentError("The server refuses our login", system=SYSTEM, code="mail.login")
    status = _status(fault)
    if status is None:
        return TransientError("Unreachable", system=SYSTEM, code="mail.unreachable")
    # 4yz says "later", as a server does that meets a sender for the first time; 5yz says "no".
    kind = TransientError if status < 500 else PermanentError
    return kind(f"Answered {status}", system=SYSTEM, code=f"mail.{status}")


def _status(fault: smtplib.SMTPException | OSError) -> int | None:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return int(next(iter(fault.recipients.values()))[0])
    return int(fault.smtp_code) if isinstance(fault, smtplib.SMTPResponseException) else None
