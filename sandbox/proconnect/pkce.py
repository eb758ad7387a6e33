"""PKCE, which ProConnect takes in one form: S256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]+")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def fault_of(challenge: str | None, method: str | None) -> str:
    """What is wrong with a challenge as it was asked, in the provider's words; empty when nothing is."""
    if challenge is None and method is None:
        return ""
    if not challenge:
        return "code_challenge must be provided with code_challenge_method"
    if not method:
        return "plain code_challenge_method fallback disabled, code_challenge_method must be provided"
    if method != "S256":
        return "not supported value of code_challenge_method"
    if len(challenge) < 43:
        return "code_challenge must be a string with a minimum length of 43 characters"
    return "" if _CHALLENGE.fullmatch(challenge) else "code_challenge contains invalid characters"


def proves(verifier: str | None, challenge: str | None) -> bool:
    """Whether this verifier made that challenge; one without the other proves nothing."""
    if challenge is None or verifier is None:
        return challenge is None and verifier is None
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())
