"""The ID token: every claim a sign-in rests on, checked against our registration."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog

from bridge.adapters.franceconnect.clock_skew import ClockSkew
from bridge.adapters.franceconnect.keys import KeyRing
from bridge.adapters.franceconnect.signatures import signed_claims
from bridge.errors import AssuranceError, SignInError
from bridge.usecases.ports import Clock

LEEWAY = timedelta(seconds=30)
OLDEST = timedelta(minutes=5)
_MAX_SUBJECT_CHARS = 255
log = structlog.get_logger("bridge.franceconnect")


class Registration(Protocol):
    """What a provider and we agreed on; `levels` ranks what `acr` may say, by name.

    `usual_subject` is what its identifiers look like, as a habit nobody promised to keep.
    """

    @property
    def issuer(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def signing_alg(self) -> str: ...
    @property
    def acr(self) -> str: ...
    @property
    def levels(self) -> Mapping[str, int]: ...
    @property
    def longest_life(self) -> timedelta: ...
    @property
    def usual_subject(self) -> re.Pattern[str]: ...


@dataclass(frozen=True, slots=True, repr=False)
class Authentication:
    """What a checked ID token proves; `methods` is how, in FranceConnect's words, when it tells."""

    subject: str
    acr: str
    authenticated_at: datetime
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TokenRules:
    """The rules for what a provider signs for us; FranceConnect's tokens live 60 s.

    `unwrap` gives the signed token inside what came; where nothing is encrypted, the same.
    """

    config: Registration
    keys: KeyRing
    clock: Clock
    clock_skew: ClockSkew
    unwrap: Callable[[str], str]

    def authentication(
        self, id_token: str, nonce: str, access_token: str, asked_at: datetime
    ) -> Authentication:
        """Give what the ID token proves. Raises: SignInError, AssuranceError, each with its own code."""
        claims = self.checked(id_token, asked_at)
        issued_at = self._issued_at(claims)
        _check_nonce(claims, nonce)
        _check_companion(claims, access_token)
        subject = _subject(claims, self.config.usual_subject)
        return Authentication(
            subject, self._acr(claims), _authenticated_at(claims, issued_at), _methods(claims)
        )

    def checked(self, token: str, asked_at: datetime | None = None) -> dict[str, Any]:
        """Give the claims of a token meant for us and still alive. Raises: SignInError.

        A token made after `asked_at` shows how far the two clocks are apart, even when that refuses it.
        """
        claims = signed_claims(token, self.keys, self.config.signing_alg)
        if claims.get("iss") != self.config.issuer:
            raise SignInError("the token comes from another issuer", code="login.issuer")
        self._check_audience(claims)
        if asked_at is not None:
            self.clock_skew.saw(claims.get("iat"), asked_at)
        expiry = _seconds(claims, "exp", "login.expired")
        now = self.clock.now().timestamp()
        if not now - LEEWAY.total_seconds() <= expiry <= now + self.config.longest_life.total_seconds():
            raise SignInError("the token is expired, or lives too long", code="login.expired")
        return claims

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        ours = self.config.client_id
        if claims.get("aud") not in (ours, [ours]) or claims.get("azp", ours) != ours:
            raise SignInError("the token is not meant for this service", code="login.audience")

    def _issued_at(self, claims: Mapping[str, Any]) -> int:
        issued_at = _seconds(claims, "iat", "login.issued_at")
        now = self.clock.now().timestamp()
        if not now - OLDEST.total_seconds() <= issued_at <= now + LEEWAY.total_seconds():
            raise SignInError("the token was not issued just now", code="login.issued_at")
        return issued_at

    def _acr(self, claims: Mapping[str, Any]) -> str:
        acr, levels = claims.get("acr"), self.config.levels
        if not isinstance(acr, str) or levels.get(acr, 0) < levels[self.config.acr]:
            raise AssuranceError("the identity is not certified at the level this service asks")
        return acr


def same_text(given: str, expected: str) -> bool:
    """Compare in constant time; JSON can bring halves of characters, which are like nothing."""
    return given.isascii() and hmac.compare_digest(given.encode(), expected.encode())


def _seconds(claims: Mapping[str, Any], name: str, code: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise SignInError("a time of the token is missing or is not a number of seconds", code=code)
    return value


def _check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    given = claims.get("nonce")
    if not (nonce and isinstance(given, str) and same_text(given, nonce)):
        raise SignInError("the token answers another sign-in", code="login.nonce")


def _check_companion(claims: Mapping[str, Any], access_token: str) -> None:
    """FranceConnect sends no `at_hash`; a wrong one means that the two tokens were not born together."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    expected = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    if claims.get("at_hash", expected) != expected:
        raise SignInError("the two tokens do not belong together", code="login.token")


def _subject(claims: Mapping[str, Any], usual: re.Pattern[str]) -> str:
    subject = claims.get("sub")
    if isinstance(subject, str) and 1 <= len(subject) <= _MAX_SUBJECT_CHARS and subject.isascii():
        if not usual.fullmatch(subject):
            # Not a rule the provider promises to keep: the operator learns of it, the person gets in.
            log.warning("sign_in.unusual_subject", chars=len(subject))
        return subject
    raise SignInError("the token names nobody", code="login.subject")


def _authenticated_at(claims: Mapping[str, Any], issued_at: int) -> datetime:
    """With single sign-on the citizen may have proved who they are some time before the token was made."""
    value = claims.get("auth_time")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= issued_at:
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromtimestamp(issued_at, UTC)


def _methods(claims: Mapping[str, Any]) -> frozenset[str]:
    """FranceConnect's pages show a text and a list; members we do not know are harmless."""
    value = claims.get("amr")
    words = value.split() if isinstance(value, str) else value
    return (
        frozenset(word for word in words if isinstance(word, str)) if isinstance(words, list) else frozenset()
    )
