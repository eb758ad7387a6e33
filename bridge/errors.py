"""Every error the product raises on purpose; the type says what happens next.

BridgeError                  stable public `code`; its text never holds personal data
├── ConfigurationError       refuse to start: names the setting or the file and key
├── SignInError              bad state, nonce, signature or claims: start again
│   └── AssuranceError       genuine, but weaker than asked
├── AmbiguousContactError    several Contacts fit: an agent decides
├── UnknownCaseError         no such case for this citizen, or someone else's: same answer
├── UnknownProcedureError    the town has no procedure of this code
├── NotSignedInError         nobody is signed in, or no longer
├── RequestError             the request itself is wrong: says which part and what is allowed
│   ├── FieldsError          names each field at fault and what was expected there
│   ├── ForbiddenError       understood, and refused
│   ├── ConflictError        somebody else was first: look again
│   └── TooManyRequestsError one caller asks too often: again after `retry_after_s`
├── ProtocolError            a client of our provider asks what OAuth refuses: `code` is OAuth's own word
└── RemoteError              an outside system, named by `system`
    ├── TransientError       try again, after `retry_after_s` when the system said so
    ├── BudgetError          the org's API budget is spent: pause until `resume_at`
    └── PermanentError       park it and tell someone
        └── GoneError        deleted there, or merged into another record
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class BridgeError(Exception):
    """An expected failure with a stable public code.

    `code` is part of the API (`login.state`, `case.unknown`); `explanation` may be shown and logged.
    """

    code = "bridge.error"

    def __init__(self, explanation: str, *, code: str | None = None) -> None:
        super().__init__(explanation)
        self.explanation = explanation
        if code is not None:
            self.code = code


class ConfigurationError(BridgeError):
    """The product cannot run as configured; the explanation names the setting, or the file and key."""

    code = "configuration.invalid"


class SignInError(BridgeError):
    """The sign-in cannot be trusted; the transaction is burnt and the citizen starts again.

    `next_path` is where they were going, when that is known.
    """

    code = "login.refused"
    next_path: str | None = None


class AssuranceError(SignInError):
    """The identity is genuine, its level is lower than the service asks."""

    code = "login.acr"


class AmbiguousContactError(BridgeError):
    """Several Contacts fit one identity."""

    code = "contact.ambiguous"


class UnknownCaseError(BridgeError):
    """No case of this citizen has this id; someone else's case gives the same answer."""

    code = "case.unknown"


class UnknownProcedureError(BridgeError):
    """No procedure of the town bears this code."""

    code = "procedure.unknown"


class NotSignedInError(BridgeError):
    """Nobody is signed in, or the session is over."""

    code = "session.required"


class RequestError(BridgeError):
    """The request itself is wrong; the explanation names the part and what is allowed."""

    code = "request.invalid"


class FieldsError(RequestError):
    """Some fields are not as agreed: `fields` gives what was expected at each path, and no value."""

    code = "request.fields"

    def __init__(self, explanation: str, *, code: str | None = None, fields: Mapping[str, str]) -> None:
        super().__init__(explanation, code=code)
        self.fields = fields


class ForbiddenError(RequestError):
    """Understood, and refused."""

    code = "request.forbidden"


class ConflictError(RequestError):
    """What was to be changed is no longer as it was shown; somebody else was first."""

    code = "request.conflict"


class TooManyRequestsError(RequestError):
    """One caller asks more often than anybody would in good faith."""

    code = "request.too_many"

    def __init__(self, explanation: str, *, code: str | None = None, retry_after_s: float) -> None:
        super().__init__(explanation, code=code)
        self.retry_after_s = retry_after_s


class ProtocolError(BridgeError):
    """A client of our OpenID provider is refused; `code` is the word OAuth has for it.

    The explanation is visible ASCII without quotes: it goes back as `error_description`.
    `retry_after_s` is set when it asks too often.
    Source: RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6.
    """

    code = "invalid_request"

    def __init__(
        self, explanation: str, *, code: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(explanation, code=code)
        self.retry_after_s = retry_after_s


class RemoteError(BridgeError):
    """An outside system did not do what was asked."""

    code = "remote.failed"

    def __init__(self, explanation: str, *, system: str, code: str | None = None) -> None:
        super().__init__(explanation, code=code)
        self.system = system


class TransientError(RemoteError):
    """Worth trying again."""

    code = "remote.unavailable"

    def __init__(
        self, explanation: str, *, system: str, code: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(explanation, system=system, code=code)
        self.retry_after_s = retry_after_s


class BudgetError(RemoteError):
    """The org's daily API allowance is spent; nothing is sent before `resume_at` (UTC)."""

    code = "remote.budget"

    def __init__(self, explanation: str, *, system: str, resume_at: datetime) -> None:
        super().__init__(explanation, system=system)
        self.resume_at = resume_at


class PermanentError(RemoteError):
    """Trying again cannot help; a person must look."""

    code = "remote.refused"


class GoneError(PermanentError):
    """What was named is no longer there: deleted, or merged into another record."""
